import t from 'tap';
import type { AmiMessage } from '../../../src/ami/message.ts';
import type { Change } from '../../../src/picture/model.ts';
import { Picture } from '../../../src/picture/picture.ts';
import { channel, event, settings } from '../messages.ts';

void t.test('a ringing that ends without a reason', (t) => {
  const begin = (picture: Picture): void => {
    picture.apply(event('Newchannel', channel('SIP/800-1', '1')), 0);
    picture.apply(event('DialBegin', { DestChannel: 'SIP/800-1', DestUniqueid: '1' }), 0);
  };
  const failure = (Reason: string, Uniqueid = '1'): AmiMessage =>
    event('OriginateResponse', { Response: 'Failure', Reason, Uniqueid, Channel: 'SIP/800' });
  const statuses = (changes: readonly Change[]): string[] =>
    changes.flatMap((change) => (change.type === 'dial-end' ? [change.status] : []));
  for (const [reason, status] of [
    ['3', 'noanswer'],
    ['5', 'busy'],
    ['0', 'chanunavail'],
    ['8', 'chanunavail'],
  ] as const) {
    const late = new Picture(settings);
    begin(late);
    t.same(statuses(late.apply(event('Hangup', channel('SIP/800-1', '1')), 0)), [], 'the hang-up does not say why');
    t.same(statuses(late.apply(failure(reason, '<unknown>'), 0)), [status], `reason ${reason} after the hang-up`);
    const early = new Picture(settings);
    begin(early);
    t.same(statuses(early.apply(failure(reason), 0)), [], 'a DialEnd may still come');
    t.same(statuses(early.apply(event('Hangup', channel('SIP/800-1', '1')), 0)), [status], `reason ${reason} before`);
  }
  const two = new Picture(settings);
  begin(two);
  two.apply(event('Newchannel', channel('SIP/800-2', '2')), 0);
  two.apply(event('DialBegin', { DestChannel: 'SIP/800-2', DestUniqueid: '2' }), 0);
  two.apply(event('DialEnd', { DestUniqueid: '1', DialStatus: 'BUSY' }), 0);
  two.apply(failure('5', '1'), 0);
  two.apply(event('Hangup', channel('SIP/800-2', '2')), 0);
  t.same(
    statuses(two.apply(failure('3', '2'), 0)),
    ['noanswer'],
    'of another ringing of the same phone it says nothing',
  );
  const silent = new Picture(settings);
  begin(silent);
  silent.apply(event('Hangup', channel('SIP/800-1', '1')), 1_000);
  t.same(statuses(silent.tick(2_500)), [], 'it may still come');
  t.same(statuses(silent.tick(4_000)), ['noanswer'], 'nobody will say it any more');
  t.end();
});

void t.test(
  'contract §3.2: the phone of an extension that was not picked up is cancelled, whichever event comes first',
  (t) => {
    const words: Readonly<Record<string, AmiMessage>> = {
      'DialEnd NOANSWER': event('DialEnd', { DestUniqueid: '1', DialStatus: 'NOANSWER' }),
      'OriginateResponse 3': event('OriginateResponse', { Response: 'Failure', Reason: '3', Uniqueid: '1' }),
      'OriginateResponse 0': event('OriginateResponse', { Response: 'Failure', Reason: '0', Uniqueid: '1' }),
      'Hangup 16': event('Hangup', { ...channel('SIP/800-1', '1'), Cause: '16' }),
      'Hangup 26': event('Hangup', { ...channel('SIP/800-1', '1'), Cause: '26' }),
    };
    for (const first of Object.keys(words)) {
      for (const second of Object.keys(words)) {
        const picture = new Picture(settings);
        picture.apply(event('Newchannel', channel('SIP/800-1', '1')), 0);
        picture.apply(event('DialBegin', { DestChannel: 'SIP/800-1', DestUniqueid: '1' }), 0);
        picture.noteAnsweredElsewhere('1');
        const heard = [words[first], words[second]].flatMap((word) =>
          word === undefined ? [] : picture.apply(word, 0),
        );
        const ends = [...heard, ...picture.tick(4_000)].flatMap((change) =>
          change.type === 'dial-end' ? [change.status] : [],
        );
        const isSilent = [first, second].every((word) => word.startsWith('OriginateResponse'));
        t.same(ends, isSilent ? [] : ['cancel'], `${first}, then ${second}`);
      }
    }
    t.end();
  },
);

void t.test('a call that is picked up ends the ringing at once, though no DialEnd comes', (t) => {
  const picture = new Picture(settings);
  picture.apply(event('Newchannel', channel('SIP/800-1', '1')), 0);
  picture.apply(event('Newchannel', channel('SIP/801-2', '2', { Linkedid: '1' })), 0);
  picture.apply(event('DialBegin', { ...channel('SIP/800-1', '1'), DestUniqueid: '2' }), 0);
  const over = picture.apply(event('Hangup', { ...channel('SIP/801-2', '2'), Cause: '26', Timestamp: '2.5' }), 0);
  t.match(over, [{ type: 'dial-end', status: 'cancel', timestamp: '2.5' }, { type: 'hangup' }]);
  t.end();
});

void t.test(
  'behind a Local channel the first channel of the call is taken to dial, if no event tells which one does',
  (t) => {
    const picture = new Picture(settings);
    const half = (end: string): Record<string, string> =>
      channel(`Local/801@internal-1;${end}`, `h${end}`, { Linkedid: '1', CallerIDNum: '<unknown>' });
    picture.apply(event('Newchannel', channel('SIP/trunk-1', '1', { CallerIDNum: '<unknown>' })), 0);
    for (const end of ['1', '2']) picture.apply(event('Newchannel', half(end)), 0);
    picture.apply(event('Newchannel', channel('SIP/801-2', '2', { Linkedid: '1' })), 0);
    // The DialBegin of the half that the queue rings may come after that of the phone behind it.
    const [begun] = picture.apply(event('DialBegin', { ...half('2'), DestUniqueid: '2' }), 0);
    t.match(begun, { type: 'dial-begin', leg: { sourceName: 'SIP/trunk-1', caller: { num: '' } } });
    t.end();
  },
);

void t.test('a consultation is told as a call of the one who consults, whichever event comes first', (t) => {
  const asked = ['1', '2'].map((order) => {
    const picture = new Picture(settings);
    const changes: Change[] = [];
    const apply = (name: string, fields: Readonly<Record<string, string>>): void => {
      changes.push(...picture.apply(event(name, fields), 0));
    };
    const half = (end: string, uniqueid: string): Record<string, string> =>
      channel(`Local/802@internal-1;${end}`, uniqueid, {
        Linkedid: '1',
        CallerIDNum: end === '2' ? '800' : '<unknown>',
      });
    const begin = { ...half('2', '4'), DestUniqueid: '5', DestCallerIDNum: '802' };
    apply('Newchannel', channel('SIP/800-1', '1'));
    apply('Newchannel', half('1', '3'));
    apply('Newchannel', half('2', '4'));
    apply('Newchannel', channel('SIP/802-3', '5', { Linkedid: '1', CallerIDNum: '802' }));
    if (order === '2') apply('DialBegin', begin);
    apply('BridgeEnter', { ...half('1', '3'), BridgeUniqueid: 'b' });
    apply('BridgeEnter', { ...channel('SIP/800-1', '1'), BridgeUniqueid: 'b' });
    if (order === '1') apply('DialBegin', begin);
    return changes.map((change) => (change.type === 'dial-begin' ? change.leg.sourceName : change.type));
  });
  t.same(asked, [['SIP/800-1'], ['SIP/800-1']]);
  t.end();
});

void t.test(
  'contract §3.1 dialstring is as Asterisk tells it, but for the header of a phone that answers by itself',
  (t) => {
    const dialled = (DialString: string): unknown => {
      const picture = new Picture(settings);
      picture.apply(event('Newchannel', channel('PJSIP/800-1', '1')), 0);
      const begin = event('DialBegin', {
        DestChannel: 'PJSIP/800-1',
        DestUniqueid: '1',
        DestChannelState: '5',
        DialString,
      });
      const [change] = picture.apply(begin, 0);
      return change?.type === 'dial-begin' ? change.leg.dialString : change;
    };
    for (const text of [
      'PJSIP/800',
      '800?X-Crm=7',
      'trunk/sip:0911@10.0.0.1?X-Crm=7',
      'trunk/sip:0911@10.0.0.1?Call-Info=1',
    ]) {
      t.equal(dialled(text), text);
    }
    t.equal(
      dialled('800/sip:800@10.0.0.1:5060?Call-Info=%3Csip%3Aintercom%3E%3Banswer-after%3D0'),
      '800/sip:800@10.0.0.1:5060',
    );
    t.end();
  },
);
