import t from 'tap';
import { hangup } from '../../src/control/hangup.ts';
import { controlled, message, refusal, response, up } from './fake.ts';

void t.test('contract §4.9 hangup', async (t) => {
  const { ami, own, control } = controlled();
  await t.rejects(hangup(control, '899'), refusal('not-found'));
  await t.rejects(hangup(control, '800'), refusal('conflict'));
  up(own.picture, '800', '1');
  up(own.picture, '800', '2');
  up(own.picture, '801', '3');
  up(own.picture, '802', '4');
  own.picture.apply(message({ Event: 'VarSet', Uniqueid: '4', Variable: 'COOCENTER_SPY', Value: '1' }), 0);
  const hung = (): unknown =>
    ami.asked.splice(0).flatMap(({ name, fields }) => (name === 'Hangup' ? [String(fields['Channel'])] : []));
  ami.answer('Hangup', response('!No such channel'), response('Channel Hungup'));
  await hangup(control, '800');
  t.same(hung(), ['PJSIP/800-1', 'PJSIP/800-2'], 'all of its calls; one that is gone is as wanted');
  await hangup(control, '802');
  t.same(hung(), ['PJSIP/802-4'], 'a supervisor who listens');
  ami.answer('Hangup', response('!Permission denied'));
  await t.rejects(hangup(control, '801'), refusal('unavailable'));
});
