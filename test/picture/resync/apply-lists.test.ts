import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { AmiMessage } from '../../../src/ami/message.ts';
import type { Change, Member } from '../../../src/picture/model.ts';
import { Picture } from '../../../src/picture/picture.ts';
import { channel, event, none, settings } from '../messages.ts';

const hint = (Exten: string, Hint: string, Status = '0'): AmiMessage =>
  event('ExtensionStatus', { Exten, Context: 'internal', Hint, Status, StatusText: `text ${Status}` });
const params = (Queue: string): AmiMessage => event('QueueParams', { Queue });
const item = (Queue: string, Location: string, more: Readonly<Record<string, string>> = {}): AmiMessage =>
  event('QueueMember', { Queue, Location, Name: 'name', StateInterface: Location, Paused: '0', Status: '1', ...more });
const told = (
  kind: string,
  Queue: string,
  Interface: string,
  more: Readonly<Record<string, string>> = {},
): AmiMessage =>
  event(`QueueMember${kind}`, {
    ...{ Queue, Interface, MemberName: 'name', StateInterface: Interface, Paused: '0', Status: '1', ...more },
  });

/** A picture of two extensions and a queue of one member. */
function built(): Picture {
  const picture = new Picture({ ...settings });
  const hints = [hint('800', 'PJSIP/800'), hint('801', 'PJSIP/801')];
  picture.resync({ ...none, hints, queues: [params('630'), item('630', 'PJSIP/800'), params('631')] }, 0);
  return picture;
}

const membersOf = (picture: Picture, queue = '630'): Member[] => [
  ...(picture.queues.get(queue)?.members.values() ?? []),
];
const outdated = (changes: readonly Change[]): unknown[] =>
  changes.flatMap((change) => (change.type === 'outdated' ? [{ ...change, type: undefined }] : []));

void t.test('hints that were listed again', (t) => {
  const picture = built();
  picture.apply(event('Newchannel', channel('PJSIP/web-1', '1')), 0);
  t.equal(picture.channels.get('1')?.extension, '');
  t.same(outdated(picture.apply(hint('802', 'PJSIP/802'), 1)), [{ type: undefined, list: 'hints' }]);
  t.same(picture.directory.devicesOf('802'), [], 'an event makes no extension');
  t.same(outdated(picture.apply(hint('800', 'PJSIP/800', '1'), 1)), []);
  picture.expectHints();
  picture.apply(hint('801', 'PJSIP/801', '8'), 2);
  picture.apply(hint('800', 'Local/evil@out', '8'), 2);
  const listed = [hint('801', 'PJSIP/801'), hint('802', 'PJSIP/802'), hint('800', 'PJSIP/web', '1')];
  const { changes, isNews } = picture.relistHints(listed, 3_000);
  t.equal(isNews, true);
  t.same(
    changes,
    [{ type: 'extension-status', timestamp: '3.000000', exten: '802', status: '0', text: 'text 0' }],
    'contract §3.4: nobody is told again what they know',
  );
  t.equal(picture.directory.hintOf('801')?.status, '8', 'an event is newer than the list that was on its way');
  t.same(picture.directory.devicesOf('800'), ['PJSIP/web']);
  t.equal(picture.channels.get('1')?.extension, '800', 'whose phone a call that goes on is on');
  t.match(picture.relistHints(listed, 4_000), { isNews: false, changes: [{ exten: '801', status: '0' }] });
  t.same(
    picture.relistHints([listed[0]!], 5_000),
    { isNews: true, changes: [] },
    'contract §3.4: nobody has no status',
  );
  t.same(picture.directory.extensions(), ['801'], 'a hint that goes is nobody’s');
  t.match(
    picture.relistHints(listed, 6_000).changes,
    [{ exten: '802' }, { exten: '800' }],
    'one that is back has a state',
  );
  t.end();
});

void t.test('queues that were listed again', (t) => {
  const picture = built();
  const { changes, isNews } = picture.relistQueues([
    params('630'),
    item('630', 'PJSIP/801', { Paused: '1' }),
    params('632'),
    item('632', 'PJSIP/801'),
  ]);
  t.same(changes, [{ type: 'member-removed', queue: '630', interface: 'PJSIP/800' }]);
  t.equal(isNews, true);
  t.same([...picture.queues.keys()], ['630', '632']);
  t.match(membersOf(picture), [{ interface: 'PJSIP/801', paused: true, isListed: true }]);
  t.equal(
    picture.relistQueues([params('630'), item('630', 'PJSIP/801'), params('632'), item('632', 'PJSIP/801')]).isNews,
    false,
  );
  t.match(membersOf(picture), [{ paused: false }]);
  void t.test('one of them', (t) => {
    t.same(picture.relistQueues([params('630')], '630').changes.length, 1);
    t.same(membersOf(picture), []);
    t.equal(membersOf(picture, '632').length, 1, 'the others stay');
    t.equal(picture.relistQueues([], '630').isNews, true);
    t.same([...picture.queues.keys()], ['632'], 'one that Asterisk does not know is gone');
    t.end();
  });
  t.end();
});

void t.test('events that show that the list of a queue is outdated', (t) => {
  for (const [message, queue, why] of [
    [told('Status', '630', 'PJSIP/801'), '630', 'contract §4.4: a member that `queue reload` brought'],
    [told('Status', '699', 'PJSIP/800'), undefined, 'a queue that it brought'],
    [told('Added', '630', 'PJSIP/801'), '630', 'a login'],
    [told('Removed', '630', 'PJSIP/800'), '630', 'a logout, which may be forged'],
    [told('Pause', '630', 'PJSIP/800', { StateInterface: 'PJSIP/801' }), '630', 'another state interface'],
    [told('Penalty', '630', 'PJSIP/800', { MemberName: 'other' }), '630', 'another name'],
    [event('QueueCallerJoin', { Queue: '633', Uniqueid: '1' }), undefined, 'a caller in a new queue'],
    [event('AgentCalled', { Queue: '630', Interface: 'PJSIP/801', Uniqueid: '1' }), '630', 'a new member is rung'],
  ] as const) {
    const found = outdated(built().apply(message, 0));
    t.same(found, [{ type: undefined, list: 'queues', ...(queue === undefined ? {} : { queue }) }], why);
  }
  for (const message of [
    told('Status', '630', 'PJSIP/800', { Status: '2' }),
    told('Pause', '630', 'PJSIP/800', { Paused: '1' }),
    told('Added', '630', 'PJSIP/800'),
    event('QueueCallerJoin', { Queue: '630', Uniqueid: '1' }),
    event('AgentCalled', { Queue: '630', Interface: 'PJSIP/800', Uniqueid: '1' }),
  ]) {
    t.same(outdated(built().apply(message, 0)), [], `${message.name} of what is listed`);
  }
  t.end();
});

void t.test('a member of an event counts as logged in, until a list says otherwise', (t) => {
  const picture = built();
  picture.apply(told('Removed', '630', 'PJSIP/800'), 0);
  t.equal(picture.hasMembers('630'), false);
  picture.apply(told('Added', '630', 'PJSIP/801'), 0);
  t.equal(picture.hasMembers('630'), true);
  t.match(membersOf(picture), [{ interface: 'PJSIP/801', isListed: false }]);
  const { changes, isNews } = picture.relistQueues([params('630'), item('630', 'PJSIP/800')], '630');
  t.same(changes, [{ type: 'member-removed', queue: '630', interface: 'PJSIP/801' }]);
  t.equal(isNews, false, 'two forgeries are no news');
  t.match(membersOf(picture), [{ interface: 'PJSIP/800', isListed: true }]);
  picture.apply(told('Removed', '630', 'PJSIP/800'), 0);
  t.equal(picture.relistQueues([params('630')], '630').isNews, true, 'a logout that is true is');
  t.end();
});

void t.test('what members did while the list was on its way is newer', (t) => {
  const picture = built();
  picture.relistQueues([params('630'), item('630', 'PJSIP/800'), item('630', 'PJSIP/801'), item('630', 'PJSIP/802')]);
  picture.expectQueues();
  picture.apply(told('Pause', '630', 'PJSIP/800', { Paused: '1' }), 0);
  picture.apply(told('Removed', '630', 'PJSIP/801'), 0);
  picture.apply(told('Status', '630', 'PJSIP/801', { Status: '5' }), 0);
  picture.apply(told('Added', '630', 'PJSIP/803'), 0);
  picture.apply(told('Status', '630', 'PJSIP/804', { Status: '6' }), 0);
  picture.relistQueues(['800', '801', '804'].map((name) => item('630', `PJSIP/${name}`)));
  t.match(
    membersOf(picture),
    [
      { interface: 'PJSIP/800', paused: true, isListed: true },
      { interface: 'PJSIP/804', status: 6, isListed: true },
      { interface: 'PJSIP/803', isListed: false },
    ],
    'the late word of a phone brings nobody back',
  );
  t.equal(membersOf(picture).length, 3);
  t.end();
});

/** A value that a forged event may have in any field. */
const word = fc.constantFrom(
  '800',
  '801',
  '630',
  '631',
  'internal',
  'PJSIP/800',
  'PJSIP/801',
  'Local/0900@out',
  '0',
  '1',
  '-1',
  '',
);
const names = [
  'ExtensionStatus',
  ...['Added', 'Status', 'Pause', 'Penalty', 'Ringinuse', 'Removed'].map((kind) => `QueueMember${kind}`),
];
const fields = [
  'Exten',
  'Context',
  'Hint',
  'Status',
  'StatusText',
  'Queue',
  'Interface',
  'Location',
  'MemberName',
  'StateInterface',
  'Paused',
];
const forgery = fc
  .tuple(fc.constantFrom(...names, 'QueueCallerJoin', 'AgentCalled'), fc.tuple(...fields.map(() => word)))
  .map(([name, values]) => event(name, Object.fromEntries(fields.map((field, at) => [field, values[at] ?? '']))));

void t.test('whatever events say, what is dialled comes from lists', (t) => {
  const dialled = (picture: Picture): unknown => ({
    devices: ['800', '801', '802', '630', 'internal'].map((exten) => picture.directory.devicesOf(exten)),
    contexts: ['800', '801'].map((exten) => picture.directory.hintOf(exten)?.context),
    members: [...picture.queues.values()].flatMap(({ name, members }) =>
      [...members.values()].flatMap(({ isListed, interface: on, stateInterface }) =>
        isListed ? [`${name} ${on} ${stateInterface}`] : [],
      ),
    ),
  });
  const lists = (picture: Picture): void => {
    picture.relistHints([hint('800', 'PJSIP/800'), hint('801', 'PJSIP/801')], 0);
    picture.relistQueues([params('630'), item('630', 'PJSIP/800'), params('631')]);
  };
  const before = dialled(built());
  const property = fc.property(fc.array(forgery, { maxLength: 12 }), fc.nat(12), (events, asked) => {
    const picture = built();
    for (const [at, one] of events.entries()) {
      if (at === asked) picture.expectHints();
      if (at === asked) picture.expectQueues();
      picture.apply(one, 0);
      // No member is added, but a forged logout may hold until the next list.
      const { members, ...extensions } = dialled(picture) as { members: string[] };
      assert.deepEqual({ ...extensions, members: ['630 PJSIP/800 PJSIP/800'] }, before);
      assert.ok(members.every((member) => member === '630 PJSIP/800 PJSIP/800'));
    }
    lists(picture);
    // Events that came while the lists were on their way have had them asked for once more.
    lists(picture);
    assert.deepEqual(dialled(picture), before);
    assert.deepEqual([...picture.queues.keys()], ['630', '631']);
    assert.equal(membersOf(picture, '631').length, 0);
  });
  fc.assert(property, { numRuns: Number(process.env['RUNS'] ?? 1_000) });
  t.end();
});
