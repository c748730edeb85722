import type { Clock } from '../system/clock.ts';
import type { Audience } from './audience.ts';

/** A connection of a client. */
export interface Reader {
  /** Writes; a reader that leaves too much unread cuts itself off. `isWhole`: it holds a snapshot. */
  send(bytes: Buffer, isWhole: boolean): void;
  /** Whether all that was written is on its way. */
  readonly isIdle: boolean;
  /** Whether who signed in may read no more. */
  isOver(): boolean;
  /** Ends the stream. */
  end(): void;
}

/** How far a reader is. */
export interface Place {
  readonly audience: Audience;
  /** Number of the newest event that it was sent, or that its snapshot holds. */
  sent: number;
}

/** Readers that are written to in one turn of the event loop, and milliseconds of it: pushes go out in between. */
const turn = { readers: 10, time: 4 };

/** Everybody who reads, and how far each is. */
export class Readers {
  readonly #places = new Map<Reader, Place>();
  readonly #clock: Clock;
  readonly #soon: (run: () => void) => void;

  /** `soon` runs something in the next turn of the event loop. */
  constructor(clock: Clock, soon: (run: () => void) => void) {
    this.#clock = clock;
    this.#soon = soon;
  }

  get size(): number {
    return this.#places.size;
  }

  all(): Reader[] {
    return [...this.#places.keys()];
  }

  add(reader: Reader, place: Place): void {
    this.#places.set(reader, place);
  }

  /** Returns where it was; `undefined` if it was not there. */
  delete(reader: Reader): Place | undefined {
    const place = this.#places.get(reader);
    this.#places.delete(reader);
    return place;
  }

  /** Does something with each reader that is there, a few of them in each turn of the event loop. */
  walk(visit: (reader: Reader, place: Place) => void, done: () => void = () => undefined): void {
    const waiting = [...this.#places].values();
    const go = (): void => {
      const until = this.#clock.monotonic() + turn.time;
      for (let count = 0; count < turn.readers && (count === 0 || this.#clock.monotonic() < until); count++) {
        const next = waiting.next();
        if (next.done === true) {
          done();
          return;
        }
        const [reader, place] = next.value;
        if (this.#places.has(reader)) visit(reader, place);
      }
      this.#soon(go);
    };
    go();
  }
}
