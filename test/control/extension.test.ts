import t from 'tap';
import { hangup } from '../../src/control/hangup.ts';
import { spy } from '../../src/control/spy.ts';
import { transfer } from '../../src/control/transfer.ts';
import { message, rings, twoPhones, up } from './fake.ts';

void t.test('contract §4.9–§4.11 a call on the second phone of an extension', async (t) => {
  const { ami, own, control } = twoPhones();
  up(own.picture, '801', '2', 'a');
  const softphone = { Channel: 'SIP/web800-1', ChannelStateDesc: 'Up', Uniqueid: '1', Linkedid: '1' };
  own.picture.apply(message({ Event: 'Newchannel', ...softphone }), 0);
  own.picture.apply(message({ Event: 'BridgeEnter', ...softphone, BridgeUniqueid: 'a' }), 0);
  await transfer(control, '800', '803');
  t.match(ami.asked.at(-1), { name: 'Redirect', fields: { Channel: 'PJSIP/801-2' } });
  await spy(control, 'listen', '802', '800');
  t.match(ami.asked.at(-1)?.fields, { Channel: 'PJSIP/802', Data: 'SIP/web800-1,qE' });
  await hangup(control, '800');
  t.match(ami.asked.at(-1), { name: 'Hangup', fields: { Channel: 'SIP/web800-1' } });
  await spy(control, 'listen', '800', '801');
  t.same(rings(ami).slice(-2), ['PJSIP/800', 'SIP/web800'], 'whichever the supervisor picks up');
});
