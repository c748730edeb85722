import type { ReceiverStatus } from './delivery-stats.ts';

/** What is looked at of a receiver. */
export type Watched = Pick<ReceiverStatus, 'name' | 'state' | 'delivered'>;

/** A receiver that fails. */
export interface Failure {
  readonly name: string;
  /** Milliseconds for which it has failed while the daemon ran. */
  ms: number;
  /** It has failed for long enough. */
  isTold: boolean;
  isPosted: boolean;
  /** It was seen to fail since the start. If not, it failed before, and has taken nothing since. */
  isSeen: boolean;
}

const second = 1_000;
const minute = 60;
const hour = 3_600;

/**
 * Which receivers fail, and for how long. Pure. It counts by what the monotonic clock measures, so that no step of the
 * box's clock is time, and outlives the process as text.
 */
export class Failing {
  readonly #byName = new Map<string, Failure>();

  /** What `saved` gave. @throws {SyntaxError} when it is no such text */
  restore(text: string): void {
    const read = JSON.parse(text) as unknown;
    if (!Array.isArray(read) || !read.every(isSaved)) throw new SyntaxError('not a list of receivers that fail');
    for (const { name, seconds, told, posted } of read) {
      this.#byName.set(name, { name, ms: seconds * second, isTold: told, isPosted: posted, isSeen: false });
    }
  }

  /**
   * For `restore`. Whoever saves it each time it differs writes once a minute until a receiver's failure is told, then
   * once an hour; `isExact`: to the second.
   */
  saved(isExact: boolean): string {
    const all = [...this.#byName.values()].map(({ name, ms, isTold: told, isPosted: posted }): Saved => {
      const step = isExact ? 1 : told ? hour : minute;
      return { name, seconds: Math.floor(ms / second / step) * step, told, posted };
    });
    return JSON.stringify(all);
  }

  /** How the receivers do now, `ms` milliseconds after the last time. Returns which have now failed for `limit` milliseconds. */
  note(receivers: readonly Watched[], ms: number, limit: number): Failure[] {
    for (const failure of this.#byName.values()) {
      const receiver = receivers.find(({ name }) => name === failure.name);
      if (receiver === undefined || isWell(receiver, failure)) this.#byName.delete(failure.name);
    }
    return receivers.flatMap(({ name, state }) => {
      if (state === 'up') return [];
      const failure = this.#byName.get(name);
      if (failure === undefined) {
        this.#byName.set(name, { name, ms: 0, isTold: false, isPosted: false, isSeen: true });
        return [];
      }
      failure.isSeen = true;
      failure.ms += ms;
      if (failure.isTold || failure.ms < limit) return [];
      failure.isTold = true;
      return [failure];
    });
  }

  /** Those that have failed for long enough. */
  get told(): readonly Failure[] {
    return [...this.#byName.values()].filter(({ isTold }) => isTold);
  }
}

/** One that is up because nothing was tried since the start may fail as before. */
function isWell({ state, delivered }: Watched, { isSeen }: Failure): boolean {
  return state === 'up' && (isSeen || delivered > 0);
}

interface Saved {
  readonly name: string;
  readonly seconds: number;
  readonly told: boolean;
  readonly posted: boolean;
}

function isSaved(one: unknown): one is Saved {
  if (typeof one !== 'object' || one === null) return false;
  const { name, seconds, told, posted } = one as Readonly<Record<string, unknown>>;
  return (
    typeof name === 'string' && typeof seconds === 'number' && typeof told === 'boolean' && typeof posted === 'boolean'
  );
}
