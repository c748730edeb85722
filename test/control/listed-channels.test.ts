import t from 'tap';
import { hangup } from '../../src/control/hangup.ts';
import { ListedChannels } from '../../src/control/listed-channels.ts';
import { spy } from '../../src/control/spy.ts';
import { transfer } from '../../src/control/transfer.ts';
import { controlled, message, refusal, up } from './fake.ts';

void t.test('nothing is done to a channel that Asterisk does not list', async (t) => {
  const { ami, own, control } = controlled();
  const item = (Channel: string, Uniqueid: string, BridgeId = ''): ReturnType<typeof message> =>
    message({ Event: 'CoreShowChannel', Channel, Uniqueid, BridgeId });
  const acted = async (act: Promise<unknown>): Promise<unknown> => {
    ami.asked.length = 0;
    await act;
    return ami.asked.flatMap(({ name, fields }) =>
      /^(Hangup|Redirect|Originate)$/.test(name) ? [fields['Data'] ?? fields['Channel']] : [],
    );
  };
  up(own.picture, '800', '1', 'a');
  up(own.picture, '801', '2', 'a');
  // Forged: a call of 800 that there is not, by a name that would add options to ChanSpy, and a stranger in its bridge.
  up(own.picture, '800', '3');
  up(own.picture, '800', '4,B');
  own.picture.apply(message({ Event: 'Rename', Uniqueid: '9', Newname: 'PJSIP/800-9' }), 0);
  own.picture.apply(message({ Event: 'Rename', Uniqueid: '3', Newname: 'PJSIP/800-1' }), 0);
  up(own.picture, '802', '5', 'a');
  const listed = [item('PJSIP/800-1', '1', 'a'), item('PJSIP/801-2', '2', 'a'), item('PJSIP/802-5', '5', 'b')];
  ami.answer('CoreShowChannels', listed);
  t.same(await acted(hangup(control, '800')), ['PJSIP/800-1']);
  t.same(await acted(spy(control, 'listen', '803', '800')), ['PJSIP/800-1,qE']);
  t.same(await acted(transfer(control, '800', '803')), ['PJSIP/801-2']);
  t.same(await acted(transfer(control, '801', '803')), ['PJSIP/800-1']);
  own.picture.apply(message({ Event: 'Hangup', Uniqueid: '2' }), 0);
  await t.rejects(
    transfer(control, '800', '803'),
    refusal('conflict'),
    'whom only an event brought into the call stays where they are',
  );
  ami.answer('CoreShowChannels', []);
  await t.rejects(hangup(control, '800'), refusal('conflict'));
  await t.rejects(spy(control, 'listen', '803', '800'), refusal('conflict'));
});

void t.test('who talks to whom, as Asterisk lists it', (t) => {
  const named = (name: string, uniqueid: string): { name: string; uniqueid: string } => ({ name, uniqueid });
  const listed = new ListedChannels(
    [
      ['PJSIP/trunk-1', '1', 'a'],
      ['Local/800@from-queue-2;1', '2', 'a'],
      ['Local/800@from-queue-2;2', '3', 'b'],
      ['PJSIP/800-4', '4', 'b'],
      ['PJSIP/801-5', '5', ''],
      ['PJSIP/802-6', '6', ''],
    ].map(([Channel = '', Uniqueid = '', BridgeId = '']) =>
      message({ Event: 'CoreShowChannel', Channel, Uniqueid, BridgeId }),
    ),
  );
  t.equal(listed.areTogether(named('PJSIP/800-4', '4'), named('PJSIP/trunk-1', '1')), true, 'through a Local channel');
  t.equal(listed.areTogether(named('PJSIP/801-5', '5'), named('PJSIP/802-6', '6')), false, 'no bridge is none');
  t.equal(listed.areTogether(named('PJSIP/800-4', '4'), named('PJSIP/801-5', '5')), false);
  t.equal(listed.areTogether(named('PJSIP/800-4', '9'), named('PJSIP/trunk-1', '1')), false, 'another of that name');
  t.equal(listed.areTogether(named('PJSIP/9-9', '9'), named('PJSIP/8-8', '8')), false, 'two that are not there');
  t.end();
});
