import t from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import { Picture } from '../../src/picture/picture.ts';
import { channel, event, none, settings } from './messages.ts';

void t.test('contract §3.6 calltype: of each row its own, whatever order Asterisk sends its events in', (t) => {
  const trunked = { ...settings, trunks: ['SIP/trunk'] };
  const cdr = (fields: Readonly<Record<string, string>>): AmiMessage =>
    event('Cdr', { Channel: 'SIP/800-1', UniqueID: '1', LastApplication: 'Dial', ...fields });
  const inside = cdr({ DestinationChannel: 'SIP/801-2', LastData: 'SIP/801,20' });
  const after = cdr({ LastApplication: 'Hangup' });
  const rang = [
    cdr({ DestinationChannel: 'SIP/trunk-3', LastData: 'SIP/trunk/0299' }),
    cdr({ LastData: 'SIP/trunk/0299,30' }),
    cdr({ DestinationChannel: 'PJSIP/9-1', LastData: 'PJSIP/0299@trunk' }),
  ];
  const dialled = { ...channel('SIP/800-1', '1'), DestUniqueid: '3' };
  const told = (first: string, events: readonly AmiMessage[], early: boolean): string[] => {
    const picture = new Picture(trunked);
    picture.resync({ ...none, endpoints: [{ technology: 'SIP', name: '801', address: 'registers' }] }, 0);
    picture.apply(event('Newchannel', channel(first, '1')), 0);
    picture.apply(event('Newchannel', channel('SIP/trunk-3', '3', { Linkedid: '1' })), 0);
    const begin = event('DialBegin', dialled);
    const changes = (early ? [begin, ...events] : [...events, begin]).flatMap((one) => picture.apply(one, 0));
    return changes.flatMap((change) => (change.type === 'cdr' ? [change.direction] : []));
  };
  for (const early of [true, false]) {
    t.same(told('SIP/800-1', [rang[0]!, after], early), ['outbound', 'outbound'], 'a trunk was rung');
    t.same(told('SIP/800-1', [rang[1]!, after], early), ['outbound', 'outbound'], 'a trunk was to be rung');
    t.same(told('SIP/800-1', [inside], early), ['internal'], 'a phone was rung, before or after the trunk');
    t.same(told('SIP/trunk-1', [inside, after, rang[0]!], early), Array(3).fill('inbound'), 'from a trunk');
  }
  const unseen = new Picture({ ...settings, trunks: ['PJSIP/trunk'] });
  const directions = [rang[2]!, cdr({ Channel: 'PJSIP/trunk-1' }), after].flatMap((one) => unseen.apply(one, 0));
  t.match(
    directions,
    [{ direction: 'outbound' }, { direction: 'inbound' }, { direction: 'outbound' }],
    'rows of calls that nobody saw; the Hangup after a Dial that failed is of its direction',
  );
  const twice = [after, after].flatMap((one) => unseen.apply(one, 0));
  const keys = new Set(twice.map((change) => (change.type === 'cdr' ? change.row.key : change)));
  t.equal(keys.size, 2, 'contract §3.6: one cdr for each row, though two are alike and their call is unknown');
  t.end();
});
