import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { currentCalls } from '../../../src/http/routes/live.ts';
import { Picture } from '../../../src/picture/picture.ts';
import { setups } from '../../lab/setup.ts';
import { lab, readTranscript } from '../../oracle/replay.ts';

const folder = join(import.meta.dirname, '../../transcripts');
const agents = ['800', '801', '802', '803', '899'];
const extensionOf = (channel: string): string => /^(?:PJ)?SIP\/(80\d)-/.exec(channel)?.[1] ?? '';

void t.test(
  'contract §4.1: at every moment of every recording an agent gets the channels of the own calls, and no others',
  (t) => {
    let [shown, hidden] = [0, 0];
    for (const setup of setups) {
      for (const file of readdirSync(join(folder, setup))) {
        const { start, events } = readTranscript(setup, file.replace('.ami', ''));
        const picture = new Picture({ ...lab.picture });
        picture.expectSnapshot();
        picture.resync(start, 0);
        for (const event of events) {
          const now = Number(event.get('Timestamp')) * 1000;
          picture.apply(event, now);
          if (!/^(Newchannel|Hangup|DialBegin|BridgeEnter|AttendedTransfer)$/.test(event.name)) continue;
          const all = currentCalls(picture, now);
          const callOf = new Map([...picture.channels.values()].map(({ name, call }) => [name, call]));
          for (const agent of agents) {
            const isOwn = ({ channel }: { channel: string }): boolean => extensionOf(channel) === agent;
            const calls = new Set(all.filter(isOwn).map(({ channel }) => callOf.get(channel)));
            const wanted = all.filter(({ channel }) => calls.has(callOf.get(channel)));
            assert.deepEqual(currentCalls(picture, now, agent), wanted, `${setup} ${file} ${event.name} ${agent}`);
            shown += wanted.length;
            hidden += all.length - wanted.length;
          }
        }
      }
    }
    t.ok(shown > 1_000 && hidden > 1_000, `${shown} shown, ${hidden} not`);
    t.end();
  },
);
