import t from 'tap';
import { clickNumber } from '../../src/control/click-number.ts';
import type { Change, Channel } from '../../src/picture/model.ts';
import { hangup } from '../../src/control/hangup.ts';
import { controlled, refusal, response, up } from './fake.ts';

const party = { num: '', name: '' };

/** As Asterisk tells that a phone of 800 is picked up, of a click-to-dial. */
const pickedUp = (uniqueid: string): Change => ({ type: 'originate-response', uniqueid, success: true, reason: 4 });

void t.test('contract §4.8: the same click-to-dial twice within a second is one call', async (t) => {
  const { ami, control } = controlled();
  const click = { src: '800', dst: '801', wait: false };
  const both = await Promise.all([clickNumber(control, click), clickNumber(control, click)]);
  t.same(both[1], both[0], 'the second is answered as the first');
  t.equal(ami.count('Originate'), 1);
  const waiting = clickNumber(control, { ...click, wait: true });
  await new Promise(setImmediate);
  t.equal(ami.count('Originate'), 1, 'who waits waits for the one that rings');
  control.onChange(pickedUp(both[0].uniqueid));
  t.equal((await waiting).uniqueid, both[0].uniqueid);
  await clickNumber(control, { ...click, limitSec: 60 });
  await clickNumber(control, { ...click, dst: '802' });
  await clickNumber(control, { ...click, src: '801', dst: '800' });
  await clickNumber(control, { ...click, callerId: '100' });
  await clickNumber(control, { ...click, clientUserId: '100' });
  t.equal(ami.count('Originate'), 6, 'another limit, another number, another phone, another wish: another call');
  const channel = { uniqueid: both[0].uniqueid } as Channel;
  control.onChange({ type: 'hangup', timestamp: '1.0', channel, caller: party, callee: party });
  await clickNumber(control, click);
  t.equal(ami.count('Originate'), 7, 'the first is over: whoever clicks again wants another');
});

void t.test('contract §4.8: a refused click-to-dial is not remembered', async (t) => {
  const { ami, control } = controlled();
  const click = { src: '800', dst: '801', wait: false };
  ami.answer('Originate', response('!Channel name too long'), response(''));
  await t.rejects(clickNumber(control, click), refusal('conflict'));
  const again = await clickNumber(control, click);
  control.onChange({ type: 'originate-response', uniqueid: again.uniqueid, success: false, reason: 5 });
  await new Promise(setImmediate);
  t.not((await clickNumber(control, click)).uniqueid, again.uniqueid, 'src was busy: who tries again is rung again');
});

void t.test('contract §4.8, §4.9: who has hung up by the API and clicks again at once is rung again', async (t) => {
  const { ami, own, control } = controlled();
  const click = { src: '800', dst: '801', wait: false };
  const { uniqueid } = await clickNumber(control, click);
  up(own.picture, '800', uniqueid);
  await clickNumber(control, click);
  t.equal(ami.count('Originate'), 1, 'while it goes on');
  await hangup(control, '800');
  await clickNumber(control, click);
  t.equal(ami.count('Originate'), 2, 'Asterisk has not told yet that it is over');
});

void t.test('contract §4.8: a call that was over before Asterisk told how its ringing ended is over', async (t) => {
  const { ami, control } = controlled();
  const click = { src: '800', dst: '801', wait: false };
  const { uniqueid } = await clickNumber(control, click);
  control.onChange(pickedUp(uniqueid));
  // In one chunk with the answer: nothing that waits for it has run.
  const channel = { uniqueid } as Channel;
  control.onChange({ type: 'hangup', timestamp: '1.0', channel, caller: party, callee: party });
  await new Promise(setImmediate);
  await clickNumber(control, click);
  t.equal(ami.count('Originate'), 2);
});
