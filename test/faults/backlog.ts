import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import { flags } from '../../packaging/build/flags.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { privateMemory } from './memory.ts';
import { settleAndCompare } from './settle.ts';
import type { Stage } from './stage.ts';
import { withFaults } from './stage.ts';

const exec = promisify(execFile);

/** The daemon from its source, which Node has to strip of its types; and as it is built, for figures that count. */
const source = join(import.meta.dirname, '../../src/main.ts');
export const built = join(import.meta.dirname, '../../dist/main.js');

/** What was measured with a backlog of one size. Times in ms, memory in KB. */
interface Figures {
  readonly start: number;
  readonly memory: { readonly ready: number; readonly later: number; readonly draining: number };
  /** Records a second. */
  readonly rate: number;
  /** From Asterisk's timestamp of a ring to its arrival, while the backlog drained. */
  readonly delays: readonly number[];
}

/** Drains so many undelivered records, with calls running. */
async function drain(t: Test, setup: Setup, seed: number, count: number, main: string): Promise<Figures> {
  let figures: Figures | undefined;
  await withFaults(t, setup, { seed, isDaemonLate: true, daemon: { nodeArguments: flags, main } }, async (stage) => {
    const { daemon, receiver, traffic } = stage;
    await exec(process.execPath, [join(import.meta.dirname, 'fill-store.ts'), join(daemon.dir, 'data'), String(count)]);
    await receiver.down();
    const began = performance.now();
    await daemon.start();
    const start = performance.now() - began;
    const ready = privateMemory(daemon.pid);
    traffic.start();
    await sleep(4_000);
    const later = privateMemory(daemon.pid);
    const watch = new Drain(stage, count);
    await receiver.up();
    const draining = await watch.finished();
    t.equal(watch.came, count, 'every undelivered record arrives, once');
    t.ok(watch.isInOrder, 'in order per call');
    if (count > 5_000) t.ok(watch.delays.length > 0, 'signals of live calls arrive before the backlog has drained');
    figures = { start, memory: { ready, later, draining }, rate: watch.rate, delays: watch.delays };
    await settleAndCompare(t, stage);
  });
  if (figures === undefined) throw new Error('nothing was measured');
  return figures;
}

/** What comes of a backlog, and what comes of live calls meanwhile. */
class Drain {
  came = 0;
  isInOrder = true;
  readonly delays: number[] = [];
  readonly #count: number;
  readonly #stage: Stage;
  readonly #seen = new Set<number>();
  #first = 0;
  #last = 0;

  constructor(stage: Stage, count: number) {
    this.#stage = stage;
    this.#count = count;
    const { arrivals } = stage;
    arrivals.keeps = ({ json, at }) => {
      const number = json['backlog'];
      if (typeof number !== 'number') return true;
      this.#take(number, at);
      return false;
    };
    arrivals.onSignal = ({ event, timestamp }) => {
      if (event === 'dialbegein' && this.#isDraining) this.delays.push(Date.now() - Number(timestamp) * 1_000);
    };
  }

  /** Records a second, from the first to the last. */
  get rate(): number {
    return ((this.came - 1) * 1_000) / (this.#last - this.#first);
  }

  /** Resolves when all have come, or none comes any more; the most memory that it took, in KB. */
  async finished(): Promise<number> {
    let most = 0;
    const look = (): boolean => {
      most = Math.max(most, privateMemory(this.#stage.daemon.pid));
      return this.came >= this.#count || (this.came > 0 && performance.now() - this.#last > 60_000);
    };
    await eventually('the end of the backlog', look, 1_200_000);
    return most;
  }

  get #isDraining(): boolean {
    return this.came > 0 && this.came < this.#count;
  }

  #take(number: number, at: number): void {
    // Its call is its own and that of its neighbour.
    if (number % 2 === 1 && !this.#seen.has(number - 1)) this.isInOrder = false;
    this.#seen.add(number);
    if (this.came++ === 0) this.#first = at;
    this.#last = at;
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** So many undelivered records: start, memory and rate stay as they are with few, and live calls do not wait for them. */
export async function compareBacklogs(t: Test, setup: Setup, counts: readonly number[], main = source): Promise<void> {
  const all: Figures[] = [];
  for (const count of counts) {
    await t.test(`${count} undelivered records`, async (t) => {
      const figures = await drain(t, setup, 61, count, main);
      all.push(figures);
      const { start, memory, rate, delays } = figures;
      t.comment(
        `${count}: ready after ${start.toFixed()} ms; private memory ${memory.ready} KB then, ${memory.later} KB 4 s later, ` +
          `at most ${memory.draining} KB while draining; ${rate.toFixed()} records a second; ${delays.length} rings meanwhile, ` +
          `late by ${median(delays).toFixed()} ms (median), ${Math.max(0, ...delays).toFixed()} ms (most)`,
      );
    });
  }
  const [one, other] = all;
  const [few = 0, many = 0] = counts;
  if (one === undefined || other === undefined) return;
  const ratio = (of: (figures: Figures) => number): string => (of(other) / of(one)).toFixed(2);
  t.comment(
    `${many} against ${few}: start × ${ratio(({ start }) => start)}, memory × ${ratio(({ memory }) => memory.later)}, ` +
      `memory while draining × ${ratio(({ memory }) => memory.draining)}, rate × ${ratio(({ rate }) => rate)}`,
  );
}
