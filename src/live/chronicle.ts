import type { PushedEvent } from '../events/event.ts';
import type { Picture } from '../picture/picture.ts';
import { Touched } from '../picture/touched.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { Filter } from './filter.ts';
import { Mirror } from './mirror.ts';
import type { RingLimits } from './ring.ts';
import { dataFor, Ring } from './ring.ts';

/** What a Chronicle is made of. */
export interface ChronicleParts {
  readonly picture: Picture;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: RingLimits;
  /** Called when there is something to tell. */
  readonly onNews: () => void;
}

/** One event for a reader. */
export interface Told {
  readonly number: number;
  readonly event: string;
  /** JSON on one line. */
  readonly data: string;
}

/** What a reader is told: in place of changes, the whole where some of them are forgotten or were not seen. */
export interface Tale {
  readonly events: readonly Told[];
  readonly isWhole: boolean;
  /** Number of the newest event that it covers. */
  readonly to: number;
}

/**
 * What was pushed and what changed, numbered in its order, and the picture that it led to. Comes in: pushed events, and
 * what the picture notes as touched. Goes out: for any number, what came after it. It knows no readers.
 */
export class Chronicle {
  readonly #parts: ChronicleParts;
  readonly #mirror = new Mirror();
  readonly #ring: Ring;
  readonly #touched: Touched;
  #isOpen = false;
  /** The picture is Asterisk's. */
  #isUp = false;
  /** Who was told nothing since this event needs the whole: what happened while Asterisk was away was not seen. */
  #renewed = 0;

  constructor(parts: ChronicleParts) {
    this.#parts = parts;
    this.#ring = new Ring(parts.limits);
    this.#touched = new Touched(parts.onNews);
  }

  /** Number of the newest event. */
  get last(): number {
    return this.#ring.last;
  }

  /** Whether all that came after this number can still be told. */
  knows(number: number): boolean {
    return number >= this.#ring.floor && number <= this.#ring.last;
  }

  /** Begins to note what happens; until then, and after `close`, nothing is computed. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const { picture } = this.#parts;
    this.#touched.clear();
    this.#mirror.rebuild(picture);
    this.#ring.restart();
    picture.watch(this.#touched);
  }

  /** Forgets everything. */
  close(): void {
    this.#isOpen = false;
    this.#parts.picture.watch(undefined);
    this.#touched.clear();
    this.#mirror.clear();
    this.#ring.restart();
  }

  /** An event was pushed; `whose`: of which extensions it is. Never throws. */
  pushed({ callId, body }: PushedEvent, whose: () => readonly string[]): void {
    if (!this.#isOpen) return;
    const { log, onNews } = this.#parts;
    try {
      const data = `${JSON.stringify(body).slice(0, -1)},"callId":${JSON.stringify(callId)}}`;
      this.#ring.add({
        event: body.event,
        data,
        after: { kind: 'push', name: body.event, extensions: whose(), queue: '' },
      });
      onNews();
    } catch (error) {
      log.error(`stream: ${body.event} cannot be told`, error);
    }
  }

  /** The connection to Asterisk is lost. */
  lost(): void {
    if (!this.#isUp) return;
    // What changed before.
    this.collect();
    this.#isUp = false;
    if (!this.#isOpen) return;
    this.#ring.add({ event: 'link', data: '{"up":false}', after: { kind: 'link', extensions: [], queue: '' } });
    this.#parts.onNews();
  }

  /** The picture is Asterisk's. After a loss it is told as a whole. */
  current(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    if (!this.#isOpen) return;
    this.#touched.clear();
    this.#mirror.rebuild(this.#parts.picture);
    // Nobody is told this one; what was pushed before it is still told.
    this.#ring.add({ event: 'snapshot', data: '', after: undefined });
    this.#renewed = this.#ring.last;
    this.#parts.onNews();
  }

  /** Turns what was touched into events. What is touched while Asterisk is away is in the next snapshot. */
  collect(): void {
    if (!this.#isOpen) return;
    if (this.#isUp) {
      try {
        const deltas = this.#mirror.update(this.#parts.picture, this.#touched);
        for (const { kind, key, json, before, after, isSame } of deltas) {
          const name = JSON.stringify(key);
          const removal = `{"key":${name},"value":null}`;
          this.#ring.add({ event: kind, data: `{"key":${name},"value":${json}}`, before, after, removal, isSame });
        }
      } catch (error) {
        this.#parts.log.error('stream: changes cannot be told', error);
      }
    }
    this.#touched.clear();
  }

  /** What a reader with this filter is told who knows what happened up to event `from`, up to event `to`. */
  told(filter: Filter, from: number, to: number): Tale {
    const { floor, last } = this.#ring;
    if (from >= floor && from >= this.#renewed)
      return { events: this.#events(filter, from, to, false), isWhole: false, to };
    const pushes = from >= floor ? this.#events(filter, from, last, true) : [];
    return { events: [...pushes, this.#whole(filter, last)], isWhole: true, to: last };
  }

  #events(filter: Filter, from: number, to: number, isOnlyPushed: boolean): Told[] {
    const events: Told[] = [];
    for (const [number, one] of this.#ring.between(from, to)) {
      if (isOnlyPushed && one.after?.kind !== 'push') continue;
      const data = dataFor(filter, one);
      if (data !== undefined) events.push({ number, event: one.event, data });
    }
    return events;
  }

  /** While Asterisk is away nobody knows: the snapshot follows when it is back. */
  #whole(filter: Filter, number: number): Told {
    if (!this.#isUp) return { number, event: 'link', data: '{"up":false}' };
    const time = Math.floor(this.#parts.clock.now() / 1000);
    return { number, event: 'snapshot', data: `{"time":${time},${this.#mirror.snapshot(filter)}}` };
  }
}
