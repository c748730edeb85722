/**
 * Where the files of src/picture/ without a test of their own are tested: channel-name, devices and glob in
 * directory.test.ts; call, local-channels, talks and time here; queue in
 * test/control/member-interface.test.ts; recordings and handlers/recordings in test/events/recordings.test.ts;
 * handlers/parking in test/events/parking.test.ts; handlers/queues and handlers/extensions in resync/apply-lists.test.ts;
 * resync/resume and resync/reapply in resync/resync-window.test.ts and resync/resync.test.ts. dialplan-contexts and all
 * handlers are tested by every recorded call in test/events/replay.test.ts.
 */
import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import type { Change } from '../../src/picture/model.ts';
import { Picture } from '../../src/picture/picture.ts';
import type { Setup } from '../lab/setup.ts';
import { setups } from '../lab/setup.ts';
import { readTranscript, replay } from '../oracle/replay.ts';
import type { Transcript } from '../oracle/replay.ts';
import { ToldAsterisk } from './asterisk.ts';
import { differences } from './differences.ts';
import { channel, event, none, settings } from './messages.ts';

const transcripts: { readonly name: string; readonly transcript: Transcript }[] = setups.flatMap((setup: Setup) =>
  readdirSync(join(import.meta.dirname, '../transcripts', setup)).map((file) => ({
    name: `${setup} ${file}`,
    transcript: readTranscript(setup, file.replace('.ami', '')),
  })),
);

/** Scenarios with many legs. */
const chosen = transcripts.filter(({ name }) => /transfer|click-answered|menu-queue/.test(name));

/** Whether the picture is Asterisk's own after a transcript, and each leg that was told as begun is told as ended once. */
function isMended(picture: Picture, transcript: Transcript, changes: readonly Change[]): boolean {
  const begun = changes.flatMap((change) => (change.type === 'dial-begin' ? [change.leg] : []));
  const ended = changes.flatMap((change) => (change.type === 'dial-end' ? [change.leg] : []));
  return (
    differences(picture, transcript.end).length === 0 &&
    picture.legs.size === 0 &&
    new Set(ended).size === ended.length &&
    begun.length === ended.length &&
    begun.every((leg) => ended.includes(leg))
  );
}

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

void t.test('whatever events are lost at the end, the lists mend the picture and every leg told is ended once', (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...chosen), fc.double({ min: 0, max: 1, noNaN: true }), ({ transcript }, part) => {
      const picture = new Picture(settings);
      const cut = Math.floor(part * transcript.events.length);
      const changes: Change[] = picture.resync(transcript.start, 0);
      for (const message of transcript.events.slice(0, cut)) changes.push(...picture.apply(message, 1_000));
      // The connection is lost here. When it is back, all calls are over.
      picture.lost();
      picture.expectSnapshot();
      changes.push(...picture.resync(transcript.end, 2_000), ...picture.tick(10_000));
      return isMended(picture, transcript, changes);
    }),
    { numRuns: 200 },
  );
  t.end();
});

void t.test('whatever events are lost at the beginning, likewise', (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...chosen), fc.double({ min: 0, max: 1, noNaN: true }), ({ transcript }, part) => {
      const picture = new Picture(settings);
      const cut = Math.floor(part * transcript.events.length);
      const asterisk = new ToldAsterisk(transcript.start, settings);
      const changes: Change[] = picture.resync(transcript.start, 0);
      picture.lost();
      for (const message of transcript.events.slice(0, cut)) asterisk.apply(message);
      // The connection is back here.
      picture.expectSnapshot();
      changes.push(...picture.resync(asterisk.lists(), 1_000));
      for (const message of transcript.events.slice(cut)) changes.push(...picture.apply(message, 1_000));
      changes.push(...picture.tick(10_000));
      return isMended(picture, transcript, changes);
    }),
    { numRuns: 200 },
  );
  t.end();
});

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

void t.test('resync', (t) => {
  void t.test('events since the lists were asked for are newer than the lists', (t) => {
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
  void t.test('and their changes are applied again on top of the lists', (t) => {
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
    t.same(types(changes), ['hangup', 'dial-end', 'hangup', 'call-gone']);
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
      // If its own DialBegin comes after the list, it is not a second one.
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
    const all = ['dial-begin', 'hangup', 'call-gone', 'dial-end'];
    t.same(types(changes), all, 'one that begins to ring only then');
    t.end();
  });
  void t.test('the daemon tells the dial-end of a phone that rang before the daemon started', (t) => {
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
  void t.test('contract §3.4: on connect only differences are told', (t) => {
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

void t.test('a daemon that starts in the middle of calls', (t) => {
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
  void t.test('a supervisor that listens is no party', (t) => {
    const picture = new Picture(settings);
    const spy = channel('SIP/802-3', '3', { Application: 'ChanSpy', Duration: '00:00:02' });
    picture.resync(listed(caller, spy), 0);
    t.same(picture.channelsOf(['SIP/802']), []);
    t.same(types(picture.apply(event('Hangup', spy), 1)), ['call-gone'], 'nothing is told of it but that it is over');
    t.end();
  });
  void t.test('a ringing whose DialBegin comes after the list is told', (t) => {
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

void t.test('channels that the API ends are marked, since Asterisk sends no HangupRequest for them', (t) => {
  const picture = new Picture(settings);
  for (const id of ['1', '2', '3']) picture.apply(event('Newchannel', channel(`SIP/80${id}-1`, id)), 0);
  picture.noteHangup([picture.channels.get('1')!, picture.channels.get('3')!]);
  t.same(
    [...picture.channels.values()].map(({ isEndedByUs }) => isEndedByUs),
    [true, false, true],
  );
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

void t.test('channels in the same parking lot do not talk to each other', (t) => {
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

void t.test('when the clock is set back, nothing waits for the hour to come again', (t) => {
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

void t.test('when the clock is set forward and back within a second, nothing waits for the hour to come again', (t) => {
  const hour = 3_600_000;
  const { transcript } = transcripts.find(({ name }) => name === '22-pjsip inbound-menu-queue.ami') ?? transcripts[0]!;
  const picture = new Picture(settings);
  picture.resync(transcript.start, 0);
  picture.tick(0);
  for (const message of transcript.events) picture.apply(message, hour);
  t.notOk(types(picture.tick(1_000)).includes('call-over'), 'something may still come');
  t.ok(types(picture.tick(2_000)).includes('call-over'), 'nothing comes any more');
  picture.tick(12_000);
  t.equal(picture.calls.size, 0, 'and the call is freed');
  t.end();
});
