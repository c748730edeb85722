import t from 'tap';
import { figuresOfCall } from '../../src/figures/of-call.ts';
import { advance, type Presence } from '../../src/figures/presence.ts';
import { Tally } from '../../src/store/tally.ts';
import { laterDay } from '../../src/store/statistics.ts';
import { dice } from '../oracle/dice.ts';
import { folderOf, open } from '../store/stores.ts';

/** Queues, agents, queues of an agent, and calls and hours of a day. */
const box = { queues: 10, agents: 50, seats: 3, calls: 4_000, hours: 12 } as const;
const days = 20;

const two = (number: number): string => String(number).padStart(2, '0');

/** A day of a busy box: who called, and who was there and paused. */
function aDay(tally: Tally, day: number, roll: (sides: number) => number): void {
  const date = String(day).replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  for (let call = 0; call < box.calls; call++) {
    const agent = roll(box.agents);
    const queue = String(630 + ((agent + roll(box.seats)) % box.queues));
    const hour = two(8 + roll(box.hours));
    const [from, to] = [`${date} ${hour}:${two(roll(60))}:00`, `${date} ${hour}:59:59`];
    const isLost = roll(8) === 0;
    const outcome = isLost ? 'abandoned' : 'answered';
    const wait = String(roll(120));
    tally.addAll(
      figuresOfCall(
        {
          agentCode: String(800 + agent),
          holdTime: roll(30),
          pauseTime: roll(30),
          missCause: isLost ? 'NO_AGENT_ANSWER' : '',
          queues: [{ queueCode: queue, startTime: from, endTime: to, queueTime: wait, outcome }],
          agents: isLost
            ? []
            : [{ agent: String(800 + agent), startTime: to, endTime: to, talkingTime: String(roll(600)) }],
        },
        () => 20,
      ),
    );
  }
  for (let hour = 8; hour < 8 + box.hours; hour++) {
    const at = new Date(`${date}T${two(hour)}:00:00`).getTime();
    const seats = Array.from({ length: box.agents * box.seats }, (_, i) => {
      const agent = String(800 + (i % box.agents));
      const queue = String(630 + (((i % box.agents) + Math.floor(i / box.agents)) % box.queues));
      const reason = hour % 4 === 0 ? ['lunch', 'training', 'meeting'][i % 3] : undefined;
      return { queue, interface: `PJSIP/${agent}`, name: agent, agent, reason };
    });
    const presence: Presence = { at, seats };
    advance(presence, at + 3_600_000, tally);
  }
}

void t.test('a day of a box with 10 queues and 50 agents is small in the store', async (t) => {
  const { store } = await open(t, folderOf(t));
  const roll = dice(7);
  const used = (): Promise<number> => store.query((queries) => queries.used);
  let day = 20261101;
  const count = async (): Promise<void> => {
    const tally = new Tally();
    aDay(tally, day, roll);
    await store.count(tally.changes, 'how far', '');
    day = laterDay(day, 1);
  };
  // The first day pays for the tables' first pages.
  await count();
  const before = await used();
  for (let more = 0; more < days; more++) await count();
  const bytes = ((await used()) - before) / days;
  const months = (bytes * 396) / 1024 / 1024;
  t.comment(`${Math.round(bytes)} bytes a day, ${months.toFixed(1)} MB in 13 months`);
  t.ok(bytes < 50_000, `${Math.round(bytes)} bytes a day`);
});
