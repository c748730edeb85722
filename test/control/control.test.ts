/*
 * Every verb has a test of its name here, but for member-pause.ts, which only sends an action:
 * queue-member.test.ts has it. phones.ts and ring.ts are tested by click-number.test.ts.
 */
import t from 'tap';
import { clickNumber } from '../../src/control/click-number.ts';
import { controlled, refusal } from './fake.ts';

void t.test('whoever waits for a phone is told when the connection to Asterisk is lost', async (t) => {
  const { ami, control } = controlled();
  const waiting = clickNumber(control, { src: '800', dst: '801', wait: true });
  while (ami.count('Originate') === 0) await new Promise(setImmediate);
  await new Promise(setImmediate);
  control.onDown();
  await t.rejects(waiting, refusal('unavailable'));
});
