import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import type { Change } from '../../src/picture/model.ts';
import { Picture } from '../../src/picture/picture.ts';
import { localTime } from '../../src/system/local-time.ts';
import type { Setup } from '../lab/setup.ts';
import { setups } from '../lab/setup.ts';
import { readTranscript, replay } from '../oracle/replay.ts';
import type { Transcript } from '../oracle/replay.ts';
import { differences } from './differences.ts';
import { channel, event, none, settings } from './messages.ts';

const transcripts: { readonly name: string; readonly transcript: Transcript }[] = setups.flatMap((setup: Setup) =>
  readdirSync(join(import.meta.dirname, '../transcripts', setup)).map((file) => ({
    name: `${setup} ${file}`,
    transcript: readTranscript(setup, file.replace('.ami', '')),
  })),
);

const types = (changes: readonly Change[]): string[] => changes.map(({ type }) => type);

void t.test('after every recorded scenario the picture is Asterisk’s own', (t) => {
  for (const { name, transcript } of transcripts) {
    const { picture } = replay(transcript);
    t.same(differences(picture, transcript.end), [], name);
  }
  t.end();
});

void t.test('ended calls are freed, and nothing else stays behind', (t) => {
  for (const { name, transcript } of transcripts) {
    const { picture } = replay(transcript);
    picture.tick(Number.MAX_SAFE_INTEGER);
    t.equal(picture.channels.size + picture.calls.size + picture.legs.size, 0, name);
  }
  t.end();
});

void t.test(
  'whatever events are lost at the beginning, the lists mend the picture and every leg told is ended once',
  (t) => {
    const chosen = transcripts.filter(({ name }) => /transfer|click-answered|menu-queue/.test(name));
    fc.assert(
      fc.property(fc.constantFrom(...chosen), fc.double({ min: 0, max: 1, noNaN: true }), ({ transcript }, part) => {
        const picture = new Picture(settings);
        const cut = Math.floor(part * transcript.events.length);
        const changes: Change[] = picture.resync(transcript.start, 0);
        for (const message of transcript.events.slice(0, cut)) changes.push(...picture.apply(message, 1_000));
        // The connection is lost here; when it is back, everything is over.
        picture.lost();
        picture.expectSnapshot();
        changes.push(...picture.resync(transcript.end, 2_000), ...picture.tick(10_000));
        const begun = changes.filter(({ type }) => type === 'dial-begin').length;
        const ended = changes.filter(({ type }) => type === 'dial-end').length;
        return differences(picture, transcript.end).length === 0 && begun === ended && picture.legs.size === 0;
      }),
      { numRuns: 200 },
    );
    t.end();
  },
);

void t.test('random events of random channels never throw and leave no leg behind', (t) => {
  const id = fc.constantFrom('1', '2', '3', '4');
  const name = fc.constantFrom(...Picture.events);
  const fields = fc.record({
    Uniqueid: id,
    DestUniqueid: id,
    Linkedid: id,
    Channel: fc.constantFrom('SIP/800-1', 'Local/800@internal-1;1', 'Local/800@internal-1;2', 'SIP/trunk-1', ''),
    Newname: fc.constantFrom('SIP/800-1', 'SIP/800-1<MASQ>', 'SIP/800-1<ZOMBIE>'),
    DialStatus: fc.constantFrom('ANSWER', 'BUSY', 'CANCEL', ''),
    Response: fc.constantFrom('Success', 'Failure'),
    BridgeUniqueid: id,
    Queue: id,
    Interface: id,
    Exten: fc.constantFrom('800', '_X.', '', '*55'),
    Context: id,
    Hint: fc.constantFrom('SIP/800', 'Custom:x', ''),
    Status: fc.constantFrom('0', '1', '-1', '8', 'x'),
    Variable: fc.constantFrom('MIXMONITOR_FILENAME', 'COOCENTER_SPY'),
    Value: fc.constantFrom('', '1', '/a/b.wav'),
    UniqueID: id,
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fields), { maxLength: 60, size: 'max' }), (events) => {
      const picture = new Picture(settings);
      const changes: Change[] = [];
      events.forEach(([event_, values], index) => {
        changes.push(...picture.apply(event(event_, values), index));
      });
      picture.lost();
      picture.expectSnapshot();
      changes.push(...picture.resync(none, 1_000), ...picture.tick(100_000));
      const begun = changes.flatMap((change) => (change.type === 'dial-begin' ? [change.leg] : []));
      const ended = changes.flatMap((change) => (change.type === 'dial-end' ? [change.leg] : []));
      return (
        picture.channels.size + picture.legs.size + picture.calls.size === 0 &&
        begun.every((leg) => ended.filter((other) => other === leg).length === 1)
      );
    }),
    { numRuns: 2_000 },
  );
  t.end();
});

void t.test('rebuild', (t) => {
  void t.test('what happened since the lists were asked for is newer than they', (t) => {
    const picture = new Picture(settings);
    picture.apply(event('Newchannel', channel('SIP/800-1', '1')), 0);
    picture.lost();
    picture.expectSnapshot();
    const lists = { ...none, channels: ['1', '9'].map((id) => event('CoreShowChannel', channel(`SIP/80${id}-1`, id))) };
    picture.apply(event('Hangup', channel('SIP/800-1', '1')), 1);
    picture.apply(event('Newchannel', channel('SIP/805-1', '5')), 1);
    picture.resync(lists, 2);
    t.same([...picture.channels.keys()].sort(), ['5', '9'], 'gone stays gone, fresh stays, unknown comes in');
    t.end();
  });
  void t.test('and what changed since then is done again over them', (t) => {
    const picture = new Picture(settings);
    const member = (Paused: string): Record<string, string> => ({ Queue: '630', Interface: 'SIP/800', Paused });
    const hint = (Status: string): Record<string, string> => ({
      ...{ Exten: '800', Context: 'internal', Hint: 'SIP/800', Status },
    });
    const old = {
      ...channel('SIP/800-1', '1'),
      ChannelState: '5',
      ChannelStateDesc: 'Ringing',
      Application: 'AppDial',
    };
    const lists = {
      ...none,
      channels: [event('CoreShowChannel', old), event('CoreShowChannel', channel('SIP/801-2', '2', { BridgeId: 'b' }))],
      queues: [
        event('QueueMember', { ...member('0'), Location: 'SIP/800' }),
        event('QueueMember', { Queue: '631', Location: 'x' }),
      ],
      hints: [event('ExtensionStatus', hint('0'))],
    };
    picture.resync(lists, 0);
    for (const known of [true, false]) {
      const other = known ? picture : new Picture(settings);
      other.lost();
      other.expectSnapshot();
      other.apply(event('Newstate', { ...old, ChannelState: '6', ChannelStateDesc: 'Up' }), 0);
      other.apply(event('DialEnd', { DestUniqueid: '1', DialStatus: 'ANSWER' }), 0);
      other.apply(event('BridgeEnter', { ...old, ChannelStateDesc: 'Up', BridgeUniqueid: 'c' }), 0);
      other.apply(event('BridgeEnter', { ...channel('SIP/801-2', '2'), BridgeUniqueid: 'c' }), 0);
      other.apply(event('BridgeLeave', { ...channel('SIP/801-2', '2'), BridgeUniqueid: 'b' }), 0);
      other.apply(event('Hold', { Uniqueid: '2' }), 0);
      other.apply(event('QueueMemberPause', member('0')), 0);
      other.apply(event('QueueMemberPause', member('1')), 0);
      other.apply(event('QueueMemberRemoved', { Queue: '631', Interface: 'x' }), 0);
      const before = other.apply(event('ExtensionStatus', hint('8')), 0);
      t.same(types([...before, ...other.resync(lists, 1)]).filter((type) => type === 'extension-status').length, 1);
      t.match(other.channels.get('1'), { stateDesc: 'Up', bridge: 'c' });
      t.match(other.channels.get('2'), { bridge: 'c', onHold: true });
      t.ok(other.legs.get('1')?.answeredAt !== undefined);
      t.equal(other.queues.get('630')?.members.get('SIP/800')?.paused, true);
      t.equal(other.queues.get('631')?.members.size, 0);
      t.equal(other.directory.hintOf('800')?.status, '8');
      t.same(types(other.resync(lists, 2)), ['extension-status'], 'later lists are newer again');
    }
    t.end();
  });
  void t.test('calls that vanished while AMI was away are closed with what is known', (t) => {
    const picture = new Picture(settings);
    picture.apply(event('Newchannel', channel('SIP/800-1', '1')), 0);
    picture.apply(event('Newchannel', channel('SIP/801-2', '2', { Linkedid: '1', CallerIDNum: '801' })), 0);
    picture.apply(event('DialBegin', { ...channel('SIP/800-1', '1'), DestUniqueid: '2', DestCallerIDNum: '801' }), 0);
    picture.apply(event('DialEnd', { DestUniqueid: '2', DialStatus: 'ANSWER' }), 0);
    const [call] = picture.calls.values();
    picture.lost();
    picture.expectSnapshot();
    const changes = picture.resync(none, 5_000);
    t.same(types(changes), ['hangup', 'dial-end', 'hangup']);
    t.match(
      changes.find(({ type }) => type === 'dial-end'),
      { status: 'hangup' },
    );
    t.equal(call?.incomplete, true, 'and the call knows that it is not known completely');
    t.end();
  });
  void t.test('a phone that rang when AMI was lost and is up now was answered', (t) => {
    const picture = new Picture(settings);
    picture.apply(event('Newchannel', channel('SIP/800-1', '1')), 0);
    picture.apply(event('Newchannel', channel('SIP/801-2', '2', { Linkedid: '1', ChannelState: '5' })), 0);
    picture.apply(event('DialBegin', { ...channel('SIP/800-1', '1'), DestUniqueid: '2' }), 0);
    picture.lost();
    picture.expectSnapshot();
    const items = [channel('SIP/800-1', '1'), channel('SIP/801-2', '2', { Linkedid: '1', BridgeId: 'b' })];
    picture.resync({ ...none, channels: items.map((item) => event('CoreShowChannel', item)) }, 1);
    const changes = picture.apply(event('Hangup', channel('SIP/801-2', '2', { Linkedid: '1' })), 2);
    t.match(
      changes.find(({ type }) => type === 'dial-end'),
      { status: 'hangup' },
    );
    t.end();
  });
  void t.test('contract §3.2: a leg that begins while AMI is away has both its events, or neither', (t) => {
    for (const [stateDesc, told] of [
      ['Ringing', ['dial-begin', 'dial-end', 'hangup']],
      ['Up', ['hangup']],
      ['Down', ['hangup']],
    ] as const) {
      const picture = new Picture(settings);
      picture.resync(none, 0);
      picture.lost();
      picture.expectSnapshot();
      const dest = channel('SIP/801-2', '2', { Linkedid: '1', ChannelStateDesc: stateDesc, Application: 'AppDial' });
      const items = [channel('SIP/800-1', '1', { Application: 'Dial' }), dest];
      const lists = { ...none, channels: items.map((item) => event('CoreShowChannel', item)) };
      const changes = picture.resync(lists, 1_000_000);
      // Its own DialBegin, should it come after the list, is not a second one.
      if (stateDesc === 'Ringing') changes.push(...picture.apply(event('DialBegin', { DestUniqueid: '2' }), 1));
      changes.push(...picture.apply(event('DialEnd', { DestUniqueid: '2', DialStatus: 'CANCEL' }), 2));
      changes.push(...picture.apply(event('Hangup', dest), 3));
      t.same(types(changes), told, stateDesc);
    }
    const picture = new Picture(settings);
    picture.resync(none, 0);
    picture.lost();
    const dest = channel('SIP/801-2', '2', { Linkedid: '2', ChannelStateDesc: 'Down', Application: 'AppDial2' });
    const changes = picture.resync({ ...none, channels: [event('CoreShowChannel', dest)] }, 1);
    changes.push(...picture.apply(event('DialBegin', { DestUniqueid: '2' }), 2));
    changes.push(...picture.apply(event('Hangup', dest), 3), ...picture.tick(10_000));
    t.same(types(changes), ['dial-begin', 'hangup', 'dial-end'], 'one that begins to ring only then');
    t.end();
  });
  void t.test('a phone that was rung before the daemon came has its dial-end from it', (t) => {
    const picture = new Picture(settings);
    const items = [
      channel('SIP/800-1', '1', { Application: 'Dial', Duration: '00:02:58' }),
      channel('SIP/801-2', '2', { Linkedid: '1', Application: 'AppDial', Duration: '00:02:57' }),
    ];
    picture.resync({ ...none, channels: items.map((item) => event('CoreShowChannel', item)) }, 1_000_000);
    t.equal(picture.channels.get('1')?.createdAt, 1_000_000 - 178_000, 'begun when Asterisk says');
    const changes = picture.apply(event('Hangup', channel('SIP/801-2', '2', { Linkedid: '1' })), 2);
    t.match(
      changes.find(({ type }) => type === 'dial-end'),
      { status: 'hangup', leg: { sourceName: 'SIP/800-1' } },
    );
    t.end();
  });
  void t.test('contract §3.4: on connect only the differences to what was told', (t) => {
    const picture = new Picture(settings);
    const hint = (exten: string, Status: string, Context = 'internal'): AmiMessage =>
      event('ExtensionStatus', { Exten: exten, Context, Hint: `SIP/${exten}`, Status, StatusText: `text ${Status}` });
    const tell = (...hints: AmiMessage[]): unknown =>
      picture
        .resync({ ...none, hints }, 0)
        .map((change) => (change.type === 'extension-status' ? `${change.exten} ${change.status}` : change));
    t.same(tell(hint('800', '0'), hint('801', '4')), ['800 0', '801 4']);
    t.same(tell(hint('800', '0'), hint('801', '0')), ['801 0']);
    t.same(tell(hint('800', '0'), hint('801', '0'), hint('801', '0', 'other')), [], 'once whatever the contexts');
    t.same(picture.apply(hint('801', '8', 'other'), 0), [], 'the internal context speaks for an extension');
    t.same(types(picture.apply(hint('801', '8'), 0)), ['extension-status']);
    t.same(picture.apply(hint('_8X.', '8'), 0), [], 'a pattern is nobody’s extension');
    t.end();
  });
  t.end();
});

void t.test('a daemon that comes in the middle of calls', (t) => {
  const listed = (...items: Readonly<Record<string, string>>[]): typeof none => ({
    ...none,
    channels: items.map((item) => event('CoreShowChannel', item)) as never[],
  });
  const agent = channel('SIP/801-2', '2', { Linkedid: '1', Application: 'AppQueue', Duration: '00:00:05' });
  const caller = channel('SIP/trunk-1', '1', { Application: 'Queue', Duration: '00:00:09' });
  void t.test('the phone of a queue’s agent has its dial-end too', (t) => {
    const picture = new Picture(settings);
    picture.resync(listed(caller, agent), 0);
    t.match(picture.apply(event('Hangup', agent), 1)[0], { type: 'dial-end', status: 'hangup' });
    t.end();
  });
  void t.test(
    'in whatever order Asterisk lists them: the oldest first, and the first is where the call came from',
    (t) => {
      const picture = new Picture(settings);
      picture.apply(event('ExtensionStatus', { Exten: '801', Context: 'internal', Hint: 'SIP/801', Status: '1' }), 0);
      picture.lost();
      picture.expectSnapshot();
      const hints = [event('ExtensionStatus', { Exten: '801', Context: 'internal', Hint: 'SIP/801', Status: '1' })];
      picture.resync({ ...listed(agent, caller), hints }, 0);
      t.same([...picture.channels.keys()], ['1', '2']);
      t.equal(picture.calls.get('1')?.direction, 'inbound');
      t.match(picture.legs.get('2'), { sourceName: 'SIP/trunk-1' });
      t.end();
    },
  );
  void t.test('a supervisor who listens is no party', (t) => {
    const picture = new Picture(settings);
    const spy = channel('SIP/802-3', '3', { Application: 'ChanSpy', Duration: '00:00:02' });
    picture.resync(listed(caller, spy), 0);
    t.same(picture.channelsOf(['SIP/802']), []);
    t.same(picture.apply(event('Hangup', spy), 1), [], 'nothing is told of it');
    t.end();
  });
  void t.test('a ringing that it sees begin after all is told', (t) => {
    const picture = new Picture(settings);
    picture.lost();
    picture.expectSnapshot();
    picture.resync(listed(caller, { ...agent, ChannelStateDesc: 'Down' }), 0);
    const begin = event('DialBegin', { ...caller, DestUniqueid: '2', DialString: 'SIP/801' });
    t.match(picture.apply(begin, 0), [{ type: 'dial-begin', leg: { dialString: 'SIP/801' } }]);
    t.same(picture.apply(begin, 0), [], 'once');
    t.equal(picture.calls.get('1')?.legs.length, 1);
    t.end();
  });
  t.end();
});

void t.test('a masquerade does not end the leg of the phone it moves', (t) => {
  const picture = new Picture(settings);
  const changes: Change[] = [];
  const apply = (name: string, fields: Readonly<Record<string, string>>): void => {
    changes.push(...picture.apply(event(name, fields), 0));
  };
  apply('Newchannel', channel('SIP/800-1', '1'));
  apply('Newchannel', channel('SIP/801-2', '2', { Linkedid: '1' }));
  apply('DialBegin', { ...channel('SIP/800-1', '1'), DestUniqueid: '2' });
  apply('DialEnd', { DestUniqueid: '2', DialStatus: 'ANSWER' });
  apply('Newchannel', channel('AsyncGoto/SIP/801-2', '3', { Linkedid: '1' }));
  apply('Rename', { Uniqueid: '2', Newname: 'SIP/801-2<MASQ>' });
  apply('Rename', { Uniqueid: '3', Newname: 'SIP/801-2' });
  apply('Rename', { Uniqueid: '2', Newname: 'AsyncGoto/SIP/801-2<ZOMBIE>' });
  apply('Hangup', channel('AsyncGoto/SIP/801-2<ZOMBIE>', '2', { Linkedid: '1' }));
  t.same(types(changes), ['dial-begin', 'dial-answer'], 'the zombie is nobody’s hang-up');
  apply('Hangup', channel('SIP/801-2', '3', { Linkedid: '1' }));
  t.same(types(changes).slice(2), ['dial-end', 'hangup']);
  t.end();
});

void t.test('a ringing without a word why it ended', (t) => {
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
  'contract §3.2: of an extension’s phones that which was not picked up is cancelled, whatever word comes first',
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

void t.test('behind a Local channel the first channel of the call dials, when nothing says who does', (t) => {
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
});

void t.test('who is parked beside somebody talks to nobody', (t) => {
  const picture = new Picture(settings);
  const enter = (id: string, BridgeUniqueid: string, BridgeTechnology: string): void => {
    const own = channel(`SIP/80${id}-${id}`, id);
    picture.apply(event('Newchannel', own), 0);
    picture.apply(event('BridgeEnter', { ...own, BridgeUniqueid, BridgeTechnology }), 0);
  };
  enter('1', 'lot', 'holding_bridge');
  enter('2', 'lot', 'holding_bridge');
  enter('3', 'talk', 'simple_bridge');
  enter('4', 'talk', 'simple_bridge');
  const peers = (id: string): string[] => picture.peersOf(picture.channels.get(id)!).map(({ uniqueid }) => uniqueid);
  t.same([peers('1'), peers('3')], [[], ['4']]);
  t.end();
});

void t.test('a recording that begins as a conversation ends is of the next one', (t) => {
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

void t.test('an attended transfer is told as the call of who asks, whichever event comes first', (t) => {
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

void t.test('the clock is set back, and what waited does not wait for the hour to come again', (t) => {
  const hour = 3_600_000;
  const { transcript } = transcripts.find(({ name }) => name === '22-pjsip inbound-menu-queue.ami') ?? transcripts[0]!;
  const picture = new Picture(settings);
  const changes: Change[] = picture.resync(transcript.start, 0);
  for (const message of transcript.events) changes.push(...picture.apply(message, hour));
  changes.push(...picture.tick(hour));
  t.notOk(types(changes).includes('call-over'), 'something may still come');
  changes.push(...picture.tick(1_000));
  t.notOk(types(changes).includes('call-over'), 'also by the other clock');
  t.ok(types(picture.tick(2_000)).includes('call-over'), 'nothing comes any more');
  picture.tick(hour / 2);
  t.equal(picture.calls.size, 0, 'and the call is freed');
  t.end();
});
