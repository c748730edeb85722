import t from 'tap';
import { clear } from '../../src/control/clear.ts';
import { controlled, message, refusal, response, up } from './fake.ts';

void t.test('contract §5.2 clear: the call that an extension is in is ended', async (t) => {
  const { ami, own, control } = controlled();
  const { picture } = own;
  const ended = (): unknown =>
    ami.asked.splice(0).flatMap(({ name, fields }) => (name === 'Hangup' ? [fields['Channel']] : []));
  await t.rejects(clear(control, '899', '800'), refusal('not-found'));
  await t.rejects(clear(control, '801', '800'), { kind: 'conflict', message: 'extension 801 has no call' });
  t.strictSame(ended(), []);
  const rings = { Channel: 'PJSIP/801-9', ChannelState: '5', ChannelStateDesc: 'Ringing', CallerIDNum: '801' };
  picture.apply(message({ Event: 'Newchannel', ...rings, Uniqueid: '9', Linkedid: '9' }), 0);
  await clear(control, '801', '800');
  t.strictSame(ended(), ['PJSIP/801-9'], 'it only rings');
  up(picture, '801', '1', 'a');
  up(picture, '802', '2', 'a');
  picture.apply(message({ Event: 'Hold', Channel: 'PJSIP/801-1', Uniqueid: '1', Linkedid: '1' }), 0);
  await clear(control, '801', '800');
  t.strictSame(ended(), ['PJSIP/801-1'], 'it holds one');
  up(picture, '801', '3', 'b');
  up(picture, '803', '4', 'b');
  await clear(control, '801', '');
  t.strictSame(ended(), ['PJSIP/801-3'], 'it talks in another');
  t.ok(picture.channels.get('3')?.isEndedByUs, 'nobody of the two hung up');
  t.strictSame(
    own.logged.filter(([level]) => level === 'info').map(([, text]) => text),
    [
      'the call of 801 (PJSIP/801-9) is ended for 800',
      'the call of 801 (PJSIP/801-1) is ended for 800',
      'the call of 801 (PJSIP/801-3) is ended',
    ],
  );
  ami.answer('Hangup', response('!Permission denied'));
  await t.rejects(clear(control, '801', ''), refusal('unavailable'));
  ami.channels = () => [];
  await t.rejects(clear(control, '801', ''), refusal('conflict'), 'Asterisk lists no such channel');
});
