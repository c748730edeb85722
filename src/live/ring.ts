import type { Filter, Subject } from './filter.ts';
import { sees } from './filter.ts';

/** One event of the stream. */
export interface StreamEvent {
  readonly event: string;
  /** JSON on one line. */
  readonly data: string;
  /** As what it could be seen before; absent unless it tells a change of a thing. */
  readonly before?: Subject | undefined;
  /** As what it can be seen now; absent: it is gone. */
  readonly after: Subject | undefined;
  /** What those are told who could see the thing and cannot any more. */
  readonly removal?: string;
  /** Only who may see the thing has changed. */
  readonly isSame?: boolean;
}

/** Bounds of what is kept for those who come back. */
export interface RingLimits {
  readonly events: number;
  readonly bytes: number;
}

/** The data of an event as a reader with this filter gets it; `undefined`: it gets none. */
export function dataFor(
  filter: Filter,
  { data, before, after, removal, isSame = false }: StreamEvent,
): string | undefined {
  const didSee = before !== undefined && sees(filter, before);
  if (after !== undefined && sees(filter, after)) return isSame && didSee ? undefined : data;
  return didSee ? (removal ?? data) : undefined;
}

/** The newest events, numbered without gaps; the oldest go first. */
export class Ring {
  readonly #limits: RingLimits;
  readonly #events: StreamEvent[] = [];
  /** Of `#events`, how many at the beginning were given up. */
  #gone = 0;
  #bytes = 0;
  #last = 0;

  constructor(limits: RingLimits) {
    this.#limits = limits;
  }

  /** Number of the newest event. */
  get last(): number {
    return this.#last;
  }

  /** The smallest number after which all events are still here. */
  get floor(): number {
    return this.#last - (this.#events.length - this.#gone);
  }

  add(event: StreamEvent): void {
    this.#events.push(event);
    this.#last++;
    this.#bytes += event.data.length;
    while (this.#last - this.floor > this.#limits.events || this.#bytes > this.#limits.bytes) this.#dropOldest();
  }

  /** Forgets all; the next number is free for something else than an event. */
  restart(): void {
    this.#events.length = 0;
    this.#gone = 0;
    this.#bytes = 0;
    this.#last++;
  }

  /** The events after number `from` up to number `to`, oldest first, each with its number. */
  *between(from: number, to: number): Generator<readonly [number, StreamEvent]> {
    for (let number = Math.max(from, this.floor) + 1; number <= to; number++) {
      const event = this.#events[this.#events.length - 1 - (this.#last - number)];
      if (event !== undefined) yield [number, event];
    }
  }

  #dropOldest(): void {
    this.#bytes -= this.#events[this.#gone]?.data.length ?? 0;
    this.#gone++;
    // Moving them all for each one that goes would cost more than the few that are kept for longer.
    if (this.#gone < 256 && this.#gone < this.#events.length) return;
    this.#events.splice(0, this.#gone);
    this.#gone = 0;
  }
}
