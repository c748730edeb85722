import t from 'tap';
import type { AmiMessage } from '../../../src/ami/message.ts';
import { Picture } from '../../../src/picture/picture.ts';
import { localTime } from '../../../src/system/local-time.ts';
import { channel, event, none, settings } from '../messages.ts';

void t.test('contract §3.6 calltype: each row has its own, in whatever order Asterisk sends its events', (t) => {
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

void t.test('a recording that begins in a conversation’s last second belongs to the next one', (t) => {
  const row = (StartTime: string, AnswerTime: string, EndTime: string): AmiMessage =>
    event('Cdr', { UniqueID: '1', StartTime, AnswerTime, EndTime, Disposition: 'ANSWERED' });
  const at = (second: number): string => localTime(Number(`100${second}`) * 1000);
  const picture = new Picture(settings);
  picture.apply(event('Newchannel', channel('SIP/800-1', '1')), 0);
  const record = (file: string, second: number): void => {
    const fields = { Uniqueid: '1', Variable: 'MIXMONITOR_FILENAME', Value: file, Timestamp: `100${second}.5` };
    picture.apply(event('VarSet', fields), 0);
  };
  const fileOf = (message: AmiMessage): unknown =>
    picture.apply(message, 0).map((change) => (change.type === 'cdr' ? change.recording?.file : change));
  record('/first', 1);
  record('/second', 5);
  t.same(fileOf(row(at(1), at(2), at(5))), [undefined], 'there is nothing in it before anybody talks');
  picture.apply(event('BridgeEnter', { ...channel('SIP/800-1', '1'), BridgeUniqueid: 'b' }), 0);
  t.same(fileOf(row(at(1), at(2), at(5))), ['/first']);
  t.same(fileOf(row(at(5), at(5), at(5))), ['/second'], 'but of the row that begins in that second');
  t.same(fileOf(row(at(5), at(5), at(9))), ['/second']);
  t.same(fileOf(row(at(0), '', at(0))), [undefined]);
  t.end();
});
