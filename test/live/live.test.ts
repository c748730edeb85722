import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { Filter } from '../../src/live/filter.ts';
import { sees } from '../../src/live/filter.ts';
import { setups } from '../lab/setup.ts';
import { readTranscript } from '../oracle/replay.ts';
import { Client, Connection } from './client.ts';
import { everything, World } from './world.ts';

const folder = join(import.meta.dirname, '../transcripts');
const scenarios = setups.flatMap((setup) =>
  readdirSync(join(folder, setup)).map((file) => [setup, file.replace('.ami', '')] as const),
);

void t.test(
  'after each event of every recording, snapshot and changes give the picture, and nothing is missed',
  async (t) => {
    for (const [setup, scenario] of scenarios) {
      const transcript = readTranscript(setup, scenario);
      const world = new World(transcript);
      const connection = new Connection();
      world.live.join(connection, everything);
      const begun = world.pushed.length;
      for (const event of transcript.events) {
        world.hear(event);
        await world.settle();
        const { client } = connection;
        assert.deepEqual(client.known, world.truth(), `${setup} ${scenario}: ${event.name} ${event.get('Uniqueid')}`);
      }
      world.tick();
      await world.settle();
      assert.deepEqual(connection.client.known, world.truth());
      assert.deepEqual(
        connection.client.pushes,
        world.pushed.slice(begun).map(({ data }) => data),
      );
      assert.equal(connection.client.snapshots, 1);
      assert.deepEqual(world.log.lines, []);
    }
    t.pass(`${scenarios.length} recordings`);
    t.end();
  },
);

const filters: Filter[] = [
  everything,
  { own: '800' },
  { own: undefined, figuresOnly: true },
  { own: '801', kinds: new Set(['call', 'queue', 'push']) },
  { own: undefined, extensions: new Set(['800', '805']) },
  { own: undefined, queues: new Set(['630']), kinds: new Set(['queue', 'member', 'caller']) },
  { own: undefined, kinds: new Set(['hangup', 'cc_cdr', 'call']) },
];

/** What happens between two events. */
type Step =
  /** A client is cut off, or comes back. */
  { readonly do: 'turn'; readonly who: number } | { readonly do: 'lose' | 'resync' | 'settle' | 'wait' };

const steps = fc.oneof(
  ...[1, 2, 3].map(() => fc.record({ do: fc.constant('turn' as const), who: fc.nat(filters.length - 1) })),
  fc.constantFrom<Step>({ do: 'settle' }, { do: 'settle' }, { do: 'settle' }, { do: 'lose' }, { do: 'resync' }),
  fc.constant<Step>({ do: 'wait' }),
);

/** A client that is cut off and comes back, as often as it is told to, and what it has got. */
class Comer {
  readonly filter: Filter;
  readonly client = new Client();
  #connection: Connection | undefined;

  constructor(filter: Filter) {
    this.filter = filter;
  }

  get isHere(): boolean {
    return this.#connection !== undefined;
  }

  join({ live }: World): void {
    if (this.#connection !== undefined) return;
    this.#connection = new Connection(this.client);
    live.join(this.#connection, this.filter, this.client.lastId === '' ? undefined : this.client.lastId);
  }

  cut({ live }: World): void {
    if (this.#connection !== undefined) live.leave(this.#connection);
    this.#connection = undefined;
  }

  /** Pushes come in order, none twice, and all that it may see, unless it was told everything anew. */
  check({ pushed }: World): void {
    let last = -1;
    let isAnew = true;
    for (const number of this.client.order) {
      if (number === 'anew') {
        isAnew = true;
        continue;
      }
      assert.ok(number > last, `${number} after ${last}`);
      const between: World['pushed'] = isAnew ? [] : pushed.slice(last + 1, number);
      const missed = between.filter((push) => sees(this.filter, { kind: 'push', queue: '', ...push }));
      assert.deepEqual(missed, []);
      isAnew = false;
      last = number;
    }
  }
}

void t.test('clients that are cut off and come back at any point miss nothing, and get nothing twice', async (t) => {
  let [resumed, renewed] = [0, 0];
  const transcripts = new Map(
    scenarios.map(([setup, scenario]) => [`${setup} ${scenario}`, readTranscript(setup, scenario)]),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...transcripts.keys()),
      fc.array(fc.tuple(fc.nat(12), steps), { size: 'max', maxLength: 60 }),
      fc.constantFrom(5, 40, 2_000),
      async (name, script, ring) => {
        const transcript = transcripts.get(name)!;
        const world = new World(transcript, { events: ring, bytes: 1 << 20 });
        const comers = filters.map((filter) => new Comer(filter));
        const { events } = transcript;
        let at = 0;
        let isAway = false;
        for (const comer of comers) comer.join(world);
        const hear = (until: number): void => {
          for (; at < Math.min(until, events.length); at++) world.hear(events[at]!, isAway);
        };
        for (const [skip, step] of script) {
          hear(at + skip);
          switch (step.do) {
            case 'turn': {
              const comer = comers[step.who]!;
              const { snapshots, lastId } = comer.client;
              if (comer.isHere) comer.cut(world);
              else {
                comer.join(world);
                if (lastId !== '' && comer.client.snapshots === snapshots) resumed++;
                else if (lastId !== '') renewed++;
              }
              break;
            }
            case 'lose':
              isAway = true;
              world.lose();
              break;
            case 'resync':
              isAway = false;
              world.resync();
              break;
            case 'settle':
              await world.settle();
              break;
            case 'wait':
              await world.clock.advance(20_000);
          }
          for (const comer of comers) comer.check(world);
        }
        if (isAway) world.resync();
        hear(events.length);
        for (const comer of comers) comer.join(world);
        await world.settle();
        for (const { filter, client } of comers)
          assert.deepEqual(client.known, world.truth(filter), JSON.stringify(client.ids));
        for (const comer of comers) comer.check(world);
        assert.deepEqual(world.log.lines, []);
        world.live.stop();
      },
    ),
    { numRuns: Number(process.env['RUNS'] ?? 400) },
  );
  t.ok(resumed > 100 && renewed > 100, `${resumed} times events were sent, ${renewed} times a snapshot`);
  t.end();
});
