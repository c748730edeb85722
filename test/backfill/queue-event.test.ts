import t from 'tap';
import { readQueueEvent } from '../../src/backfill/queue-event.ts';

const join = '1795892260|1795892260.9|630|NONE|ENTERQUEUE||85322361|1';

void t.test('behind a line that was torn the next one is read', (t) => {
  const torn = '1795892248|1795892248.0|630|SIP/800|COMPLETEAGENT|2|10|1';
  for (let cut = 1; cut < torn.length; cut++) {
    t.strictSame(readQueueEvent(`${torn.slice(0, cut)}${join}`), readQueueEvent(join), torn.slice(0, cut));
  }
  for (const hole of ['\0', `1795892248|17958${'\0'.repeat(4_096)}`, `${'\0'.repeat(10)}1795|x\0`]) {
    t.strictSame(readQueueEvent(`${hole}${join}`), readQueueEvent(join));
  }
  t.end();
});

void t.test('what a caller sends is no line of its own, and does not end that of their call', (t) => {
  for (const text of [join, `\r${join}`, `|1\r${join}`, `1|1|${join}`, `\u0085${join}`]) {
    const own = `1795892248|1795892248.0|630|NONE|ENTERQUEUE||${text}|1`;
    t.match(readQueueEvent(own), { uniqueid: '1795892248.0', name: 'ENTERQUEUE' });
    for (const begin of ['1795892248|1795892248.0|630|NONE|SURVEY||', '1795892248||630|NONE|DID|']) {
      t.not(readQueueEvent(`${begin}${text}`)?.uniqueid, '1795892260.9', `${begin}${text}`);
    }
  }
  t.end();
});
