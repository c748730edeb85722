import t from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import { Picture } from '../../src/picture/picture.ts';
import { channel, event, none, settings } from './messages.ts';

void t.test('an ended call is kept for its late Cdr, and then all of its Uniqueids are freed', (t) => {
  const picture = new Picture(settings);
  const uniqueids = ['1', '2', '3'];
  for (const id of uniqueids) picture.apply(event('Newchannel', channel(`SIP/80${id}-1`, id, { Linkedid: '1' })), 0);
  for (const id of uniqueids) picture.apply(event('Hangup', channel(`SIP/80${id}-1`, id, { Linkedid: '1' })), 1_000);
  picture.tick(10_999);
  const [call] = picture.calls.values();
  t.same(
    [...(call?.channels.values() ?? [])].map(({ uniqueid, endedAt }) => [uniqueid, endedAt]),
    [
      ['1', 1_000],
      ['2', 1_000],
      ['3', 1_000],
    ],
  );
  for (const id of uniqueids) t.equal(picture.callOf(id), call);
  picture.tick(11_000);
  t.equal(picture.calls.size, 0);
  for (const id of uniqueids) t.equal(picture.callOf(id), undefined);
  t.end();
});

void t.test('a Uniqueid that Asterisk links to another call later belongs to that one', (t) => {
  const picture = new Picture(settings);
  picture.apply(event('Newchannel', channel('SIP/801-1', '1')), 0);
  picture.apply(event('Hangup', channel('SIP/801-1', '1')), 0);
  picture.apply(event('Newchannel', channel('SIP/801-1', '1', { Linkedid: '9' })), 5_000);
  picture.tick(20_000);
  t.equal(picture.callOf('1')?.id, '9', 'also once the first call is freed');
  t.end();
});

void t.test('rows whose call is not known are told apart, and not remembered for ever', (t) => {
  const trunked = { ...settings, trunks: ['SIP/trunk'] };
  const cdr = (UniqueID: string, more: Readonly<Record<string, string>> = {}): AmiMessage =>
    event('Cdr', { Channel: 'SIP/800-1', UniqueID, LastApplication: 'Hangup', ...more });
  const picture = new Picture(trunked);
  picture.resync(none, 0);
  const told = (message: AmiMessage): (readonly [ordinal: string, direction: string])[] =>
    picture
      .apply(message, 0)
      .flatMap((change) => (change.type === 'cdr' ? [[change.row.key.split('|').at(-1) ?? '', change.direction]] : []));
  const dialled = cdr('x', { LastApplication: 'Dial', DestinationChannel: 'SIP/trunk-1' });
  t.same(told(dialled), [['0', 'outbound']]);
  t.same(told(cdr('x')), [['0', 'outbound']], 'another row of the same channel');
  t.same(told(cdr('x')), [['1', 'outbound']], 'and one that is equal to it');
  for (let index = 0; index < 1_000; index++) {
    told(cdr(String(index), { LastApplication: 'Dial', DestinationChannel: 'SIP/trunk-1' }));
  }
  t.same(told(cdr('x')), [['0', 'internal']], 'forgotten after a thousand others');
  t.same(told(cdr('999', { LastApplication: 'Dial', DestinationChannel: 'SIP/trunk-1' })), [['1', 'outbound']]);
  t.end();
});
