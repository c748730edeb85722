import t from 'tap';
import { hangup, hangupAll } from '../../src/control/hangup.ts';
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

void t.test('contract §5.2 hangup of several extensions', async (t) => {
  const { ami, own, control } = controlled();
  up(own.picture, '800', '1', 'b');
  up(own.picture, '801', '2', 'b');
  up(own.picture, '802', '3');
  t.strictSame(await hangupAll(control, ['800', '801', '803', '899']), [
    { exten: '800', status: 'Success' },
    { exten: '801', status: 'Success' },
    { exten: '803', status: 'extension 803 has no call' },
    { exten: '899', status: 'Extension does not exist.' },
  ]);
  t.equal(ami.count('CoreShowChannels'), 1, 'Asterisk is asked once for all');
  const hung = ami.asked.filter(({ name }) => name === 'Hangup').map(({ fields }) => fields['Channel']);
  t.strictSame(hung, ['PJSIP/800-1', 'PJSIP/801-2'], 'both sides of a call, and nobody else');
  await t.rejects(hangupAll(control, ['899', '803']), refusal('not-found'), 'the first reason');
  await t.rejects(hangupAll(control, ['803', '899']), refusal('conflict'));
  ami.channels = () => [];
  await t.rejects(hangupAll(control, ['802']), refusal('conflict'), 'what Asterisk does not list is no call');
});
