import type { Entry } from '../../src/store/store.ts';
import type { Headers } from '../../src/push/headers.ts';
import type { PostResult, Sender } from '../../src/push/post.ts';
import type { Clock } from '../../src/system/clock.ts';
import { describe } from '../../src/system/log.ts';
import type { Log } from '../../src/system/log.ts';

/** Lets everything run that is ready: promises and callbacks that Node has queued. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A clock that stands still until it is advanced. */
export class FakeClock implements Clock {
  time = 0;
  /** Difference between now() and monotonic(). */
  offset = Date.UTC(2026, 0, 1);
  readonly #timers = new Set<{ at: number; run: () => void }>();

  now(): number {
    return this.time + this.offset;
  }

  monotonic(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Runs the timers that are due in the next `ms` milliseconds, in order. Returns how many ran. */
  async advance(ms: number): Promise<number> {
    const end = this.time + ms;
    let ran = 0;
    await settle();
    for (;;) {
      const due = [...this.#timers].sort((a, b) => a.at - b.at)[0];
      if (due === undefined || due.at > end) break;
      this.#timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.run();
      ran++;
      await settle();
    }
    this.time = end;
    return ran;
  }
}

/** A log that keeps its lines. */
export class FakeLog implements Log {
  readonly lines: string[] = [];

  error(message: string, cause?: unknown): void {
    this.lines.push(`error ${message}${cause === undefined ? '' : ` ${describe(cause)}`}`);
  }

  warning(message: string, cause?: unknown): void {
    this.lines.push(`warning ${message}${cause === undefined ? '' : ` ${describe(cause)}`}`);
  }

  info(message: string): void {
    this.lines.push(`info ${message}`);
  }

  debug(message: string): void {
    this.lines.push(`debug ${message}`);
  }
}

/** One attempt that a FakeSender saw. */
export interface Attempt {
  readonly id: string;
  readonly number: number;
  readonly body: string;
  readonly at: number;
  readonly outcome: PostResult;
}

/** A receiver that the test controls: `judge` decides the result of an attempt, which takes `latency` milliseconds. */
export class FakeSender implements Sender {
  judge: (id: string, body: string) => PostResult = () => ({ kind: 'delivered' });
  latency = 10;
  underWay = 0;
  mostUnderWay = 0;
  readonly attempts: Attempt[] = [];
  readonly #clock: FakeClock;
  readonly #open = new Set<(outcome: PostResult) => void>();

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  get delivered(): Attempt[] {
    return this.attempts.filter(({ outcome }) => outcome.kind === 'delivered');
  }

  post(body: string, headers: Headers): Promise<PostResult> {
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    return new Promise((resolve) => {
      const end = (outcome: PostResult): void => {
        if (!this.#open.delete(end)) return;
        this.underWay--;
        this.attempts.push({
          id: String(headers['webhook-id']),
          number: Number(headers['x-coocenter-attempt']),
          body,
          at: this.#clock.time,
          outcome,
        });
        resolve(outcome);
      };
      this.#open.add(end);
      this.#clock.after(this.latency, () => {
        end(this.judge(String(headers['webhook-id']), body));
      });
    });
  }

  close(): Promise<void> {
    for (const end of this.#open) end({ kind: 'aborted' });
    return Promise.resolve();
  }
}

/** An entry of this class and call. */
export function entry(id: string, of: Entry['class'], callId: string, createdAt = 0): Entry {
  return { id, event: of === 'record' ? 'cdr' : 'dialend', callId, class: of, body: JSON.stringify({ id }), createdAt };
}
