import t from 'tap';
import { Picture } from '../../src/picture/picture.ts';
import { Touched } from '../../src/picture/touched.ts';
import { Mirror } from '../../src/live/mirror.ts';
import { lab, readTranscript } from '../oracle/replay.ts';
import { event } from '../picture/messages.ts';
import { Connection } from './client.ts';
import { everything, World } from './world.ts';

const transcript = readTranscript('22-pjsip', 'inbound-menu-queue');

void t.test('what is pushed while the picture is made anew is told before the snapshot, and once', async (t) => {
  const world = new World(transcript);
  const connection = new Connection();
  world.live.join(connection, everything);
  const begun = world.pushed.length;
  const half = transcript.events.findIndex(({ name }) => name === 'Hangup');
  for (const one of transcript.events.slice(0, half)) world.hear(one);
  await world.settle();
  world.lose();
  await world.settle();
  t.equal(connection.client.isUp, false);
  // All calls end unseen.
  for (const one of transcript.events.slice(half)) world.hear(one, true);
  const before = world.pushed.length;
  world.resync();
  t.ok(world.pushed.length > before, 'the new lists had something to tell');
  await world.settle();
  t.strictSame(
    connection.client.pushes,
    world.pushed.slice(begun).map(({ data }) => data),
  );
  t.equal(connection.client.order.at(-1), 'anew');
  t.strictSame(connection.client.known, world.truth());
  t.equal(connection.client.snapshots, 2);
});

void t.test('what changed just before Asterisk went away is told before that', async (t) => {
  const world = new World(transcript);
  const connection = new Connection();
  world.live.join(connection, everything);
  const begun = transcript.events.findIndex(({ name }) => name === 'QueueCallerJoin');
  for (const one of transcript.events.slice(0, begun + 1)) world.hear(one);
  const now = world.truth();
  t.not(Object.keys(now['caller'] ?? {}).length, 0, 'somebody waits');
  world.lose();
  await world.settle();
  t.strictSame(connection.client.known, now);
  t.equal(connection.client.isUp, false);
});

void t.test('while nobody reads, nothing is noted, or made, and no timer runs', async (t) => {
  const world = new World(transcript);
  const watched: unknown[] = [];
  const watch = world.picture.watch.bind(world.picture);
  world.picture.watch = (touched) => {
    watched.push(touched !== undefined);
    watch(touched);
  };
  for (const one of transcript.events) world.hear(one);
  await world.settle();
  t.strictSame([watched, world.clock.timers], [[], 0], 'before the first reader');
  const connection = new Connection();
  world.live.join(connection, everything);
  await world.settle();
  world.live.leave(connection);
  t.strictSame(watched, [true]);
  await world.clock.advance(61_000);
  t.strictSame([watched, world.clock.timers], [[true, false], 0], 'a minute after the last');
});

void t.test('a reader that comes back within the minute is told the changes, made only then', async (t) => {
  const world = new World(transcript);
  const first = new Connection();
  world.live.join(first, everything);
  const begun = world.pushed.length;
  await world.settle();
  world.live.leave(first);
  for (const one of transcript.events) world.hear(one);
  t.equal(await world.clock.advance(4_000), 0, 'no timer ran: nothing was made');
  const again = new Connection(first.client);
  world.live.join(again, everything, first.client.lastId);
  await world.settle();
  t.equal(first.client.snapshots, 1);
  t.strictSame(first.client.known, world.truth());
  t.strictSame(
    first.client.pushes,
    world.pushed.slice(begun).map(({ data }) => data),
  );
});

void t.test('lists that say what is known touch nothing; others touch what they change', (t) => {
  const picture = new Picture({ ...lab.picture });
  const hint = (exten: string, status: string): ReturnType<typeof event> =>
    event('ExtensionStatus', {
      ...{ Exten: exten, Context: 'internal', Hint: `PJSIP/${exten}`, Status: status },
      StatusText: status === '0' ? 'Idle' : 'InUse',
    });
  const hints = ['800', '801', '802'].map((exten) => hint(exten, '0'));
  const member = (name: string, paused = '0'): ReturnType<typeof event> =>
    event('QueueMember', { Queue: '630', Location: `PJSIP/${name}`, Name: name, Status: '1', Paused: paused });
  const queues = [event('QueueParams', { Queue: '630' }), member('800'), member('801')];
  const endpoints = ['800', '801', '802'].map((name) => ({
    ...{ technology: 'PJSIP' as const, name, address: 'registers' as const },
  }));
  picture.resync({ channels: [], hints, queues, endpoints }, 0);
  const touched = new Touched(() => undefined);
  picture.watch(touched);
  const mirror = new Mirror();
  mirror.rebuild(picture);
  const members = [...(picture.queues.get('630')?.members.values() ?? [])];
  /** What readers are told of a list. */
  const told = (list: () => void): string[] => {
    touched.clear();
    list();
    t.equal(touched.isAll, false, 'not everything is looked at');
    return mirror.update(picture, touched).map(({ kind, key, json }) => `${kind} ${key}${json === 'null' ? ' -' : ''}`);
  };
  t.strictSame(
    told(() => picture.relistHints(hints, 0)),
    [],
  );
  t.strictSame([...touched.extensions], []);
  t.strictSame(
    told(() => picture.relistQueues(queues)),
    [],
  );
  t.ok(
    [...(picture.queues.get('630')?.members.values() ?? [])].every((one, i) => one === members[i]),
    'the same objects',
  );
  t.strictSame(
    told(() => picture.relistHints([...hints.slice(0, 2), hint('802', '1')], 0)),
    ['extension 802'],
  );
  const paused = [event('QueueParams', { Queue: '630' }), member('800', '1'), member('801')];
  t.strictSame(
    told(() => picture.relistQueues(paused)),
    ['member 630 PJSIP/800', 'queue 630'],
  );
  t.strictSame(
    told(() => picture.relistQueues(paused.slice(0, 2), '630')),
    ['member 630 PJSIP/801 -', 'queue 630'],
  );
  t.strictSame(
    told(() => picture.relistQueues([event('QueueParams', { Queue: '631' })])),
    ['member 630 PJSIP/800 -', 'queue 630 -', 'queue 631'],
  );
  t.end();
});
