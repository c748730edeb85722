import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createNotify } from '../../src/system/notify.ts';

void t.test('systemd is told once of each state, and that the event loop turns', async (t) => {
  const file = join(t.testdir(), 'socket');
  const fd = openSync(file, 'w');
  const notify = createNotify({ COOCENTER_NOTIFY_FD: String(fd), WATCHDOG_USEC: '20000' });
  notify.status('no connection\nto Asterisk');
  notify.status('no connection\nto Asterisk');
  t.equal(readFileSync(file, 'utf8'), 'STATUS=no connection to Asterisk');
  notify.ready();
  notify.status('connected');
  await sleep(200);
  notify.stopping();
  const told = readFileSync(file, 'utf8').replace('STATUS=no connection to Asterisk', '');
  t.match(told, /^READY=1STATUS=connected(WATCHDOG=1){2,}STOPPING=1$/);
  closeSync(fd);
  t.doesNotThrow(() => {
    notify.stopping();
  }, 'systemd may be away');
});

void t.test('without a launcher nobody is told', (t) => {
  for (const env of [{}, { COOCENTER_NOTIFY_FD: 'x', WATCHDOG_USEC: '1' }, { WATCHDOG_USEC: '1000' }]) {
    const notify = createNotify(env);
    t.doesNotThrow(() => {
      notify.ready();
      notify.status('connected');
      notify.stopping();
    });
  }
  t.end();
});
