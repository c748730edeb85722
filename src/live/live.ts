import { createHash } from 'node:crypto';
import type { PushedEvent } from '../events/event.ts';
import type { Change } from '../picture/model.ts';
import type { Picture } from '../picture/picture.ts';
import { Touched } from '../picture/touched.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { Timer } from '../system/timer.ts';
import type { Filter } from './filter.ts';
import { textOf } from './filter.ts';
import { Mirror } from './mirror.ts';
import { extensionsOf } from './push-subject.ts';
import type { RingLimits } from './ring.ts';
import { dataFor, Ring } from './ring.ts';

/** Events that a reader who comes back may have missed, and their bytes. */
const ringLimits = { events: 2_000, bytes: 1 << 20 };
/** Milliseconds from a flush to the next: events of that time go out together. */
const flushWait = 50;
/** Readers that are written to in one turn of the event loop: pushes go out in between. */
const readersATurn = 10;
/** Milliseconds between two heartbeats. */
const heartbeatTime = 15_000;
/** Milliseconds after the last reader has left for which changes are noted, for when it comes back. */
const resumeTime = 60_000;
/** Milliseconds after which a client that was cut off tries again. */
const retryTime = 2_000;

const heartbeat = Buffer.from(':\n\n');

/** A connection of a client. */
export interface Reader {
  /** Writes; a reader that leaves too much unread cuts itself off. */
  send(bytes: Buffer): void;
  /** Whether all that was written is on its way. */
  readonly isIdle: boolean;
  /** Whether who signed in may read no more. */
  isOver(): boolean;
  /** Ends the stream. */
  end(): void;
}

/** What a Live is made of. */
export interface LiveParts {
  readonly picture: Picture;
  readonly clock: Clock;
  readonly log: Log;
  /** Runs something in the next turn of the event loop. */
  readonly soon?: (run: () => void) => void;
  readonly ring?: RingLimits;
}

/** Readers who get the same. */
interface Audience {
  readonly filter: Filter;
  /** Begins their ids; a reader that comes back with another filter is told everything anew. */
  readonly prefix: string;
  readers: number;
  /** What was made last for one of them, and of which events. */
  made: { readonly from: number; readonly to: number; readonly bytes: Buffer } | undefined;
}

interface Place {
  readonly audience: Audience;
  /** Number of the newest event that it was sent, or that its snapshot holds. */
  sent: number;
}

/**
 * The live stream: readers are told the picture, and from then on what is pushed and what changes. Comes in: pushed
 * events, and what the picture notes as touched. Goes out: bytes of server-sent events for readers. While nobody reads,
 * nothing is computed. It knows nothing of sockets.
 */
export class Live {
  readonly #parts: LiveParts;
  readonly #soon: (run: () => void) => void;
  readonly #stamp: string;
  readonly #mirror = new Mirror();
  readonly #ring: Ring;
  readonly #readers = new Map<Reader, Place>();
  readonly #audiences = new Map<string, Audience>();
  readonly #touched: Touched;
  readonly #flushTimer: Timer;
  readonly #heartbeatTimer: Timer;
  readonly #resumeTimer: Timer;
  /** Somebody reads, or did a moment ago. */
  #isWarm = false;
  /** The picture is Asterisk's. */
  #isUp = false;
  #isStopped = false;
  /** A flush is due or under way. */
  #isBusy = false;
  /** More came while a flush was under way. */
  #isWanted = false;
  /** Monotonic, in milliseconds. */
  #flushedAt = -Infinity;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#soon = parts.soon ?? ((run) => void setImmediate(run));
    this.#ring = new Ring(parts.ring ?? ringLimits);
    this.#stamp = parts.clock.now().toString(36);
    this.#touched = new Touched(() => {
      this.#want();
    });
    this.#flushTimer = new Timer(parts.clock, () => {
      this.#flush();
    });
    this.#heartbeatTimer = new Timer(parts.clock, () => {
      this.#heartbeat();
    });
    this.#resumeTimer = new Timer(parts.clock, () => {
      this.#cool();
    });
  }

  /** Readers at the moment. */
  get readers(): number {
    return this.#readers.size;
  }

  /** An event was pushed; `change`: what it tells. Never throws. */
  pushed({ callId, body }: PushedEvent, change?: Change): void {
    if (!this.#isWarm) return;
    try {
      const extensions = change === undefined ? [] : extensionsOf(change, this.#parts.picture);
      const data = `${JSON.stringify(body).slice(0, -1)},"callId":${JSON.stringify(callId)}}`;
      this.#ring.add({ event: body.event, data, after: { kind: 'push', name: body.event, extensions, queue: '' } });
      this.#want();
    } catch (error) {
      this.#parts.log.error(`stream: ${body.event} cannot be told`, error);
    }
  }

  /** The connection to Asterisk is lost. */
  lost(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    if (!this.#isWarm) return;
    // What changed before.
    this.#collect();
    this.#ring.add({ event: 'link', data: '{"up":false}', after: { kind: 'link', extensions: [], queue: '' } });
    this.#want();
  }

  /** The picture is Asterisk's. After a loss, readers get it as a whole. */
  current(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    if (!this.#isWarm) return;
    this.#touched.clear();
    this.#mirror.rebuild(this.#parts.picture);
    this.#ring.restart();
    this.#want();
  }

  /** A reader comes. `lastId`: of the last event that it got, if it comes back. */
  join(reader: Reader, filter: Filter, lastId?: string): void {
    if (this.#isStopped) {
      reader.end();
      return;
    }
    this.#warm();
    const audience = this.#audienceOf(filter);
    audience.readers++;
    const place: Place = { audience, sent: this.#placeOf(audience, lastId) ?? -1 };
    this.#readers.set(reader, place);
    reader.send(Buffer.from(`retry: ${retryTime}\n\n`));
    this.#bring(reader, place, this.#ring.last);
    this.#heartbeatTimer.ensureIn(heartbeatTime);
    // What was made for it is not kept.
    this.#want();
  }

  /** A reader is gone. */
  leave(reader: Reader): void {
    const place = this.#readers.get(reader);
    if (place === undefined) return;
    this.#readers.delete(reader);
    const { audience } = place;
    if (--audience.readers === 0) this.#audiences.delete(textOf(audience.filter));
    if (this.#readers.size === 0 && !this.#isStopped) this.#resumeTimer.setIn(resumeTime);
  }

  /** Ends the streams of those who may read no more: users were changed. */
  recheck(): void {
    for (const reader of this.#readers.keys()) if (reader.isOver()) reader.end();
  }

  /** Ends all streams. */
  stop(): void {
    this.#isStopped = true;
    for (const reader of [...this.#readers.keys()]) {
      reader.end();
      this.leave(reader);
    }
    this.#cool();
    for (const timer of [this.#flushTimer, this.#heartbeatTimer, this.#resumeTimer]) timer.clear();
  }

  #warm(): void {
    this.#resumeTimer.clear();
    if (this.#isWarm) return;
    this.#isWarm = true;
    const { picture } = this.#parts;
    this.#touched.clear();
    this.#mirror.rebuild(picture);
    this.#ring.restart();
    picture.watch(this.#touched);
  }

  #cool(): void {
    this.#isWarm = false;
    this.#parts.picture.watch(undefined);
    this.#touched.clear();
    this.#mirror.clear();
    this.#ring.restart();
  }

  #audienceOf(filter: Filter): Audience {
    const text = textOf(filter);
    const known = this.#audiences.get(text);
    if (known !== undefined) return known;
    const tag = createHash('sha256').update(text).digest('hex').slice(0, 6);
    const audience: Audience = { filter, prefix: `${this.#stamp}.${tag}-`, readers: 0, made: undefined };
    this.#audiences.set(text, audience);
    return audience;
  }

  /** Where a reader that comes back goes on; `undefined`: what it missed is not known any more. */
  #placeOf({ prefix }: Audience, lastId = ''): number | undefined {
    const number = lastId.startsWith(prefix) ? lastId.slice(prefix.length) : '';
    const { floor, last } = this.#ring;
    return /^\d{1,15}$/.test(number) && Number(number) >= floor && Number(number) <= last ? Number(number) : undefined;
  }

  #want(): void {
    this.#isWanted = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    const wait = this.#flushedAt + flushWait - this.#parts.clock.monotonic();
    if (wait > 0) this.#flushTimer.setIn(wait);
    else
      this.#soon(() => {
        this.#flush();
      });
  }

  #flush(): void {
    this.#isWanted = false;
    this.#flushedAt = this.#parts.clock.monotonic();
    this.#collect();
    const to = this.#ring.last;
    this.#walk(
      (reader, place) => {
        this.#bring(reader, place, to);
      },
      () => {
        for (const audience of this.#audiences.values()) audience.made = undefined;
        this.#isBusy = false;
        if (this.#isWanted) this.#want();
      },
    );
  }

  /** Turns what was touched into events. What is touched while Asterisk is away is in the next snapshot. */
  #collect(): void {
    if (!this.#isWarm) return;
    if (this.#isUp) {
      try {
        for (const { kind, key, json, before, after, isSame } of this.#mirror.update(
          this.#parts.picture,
          this.#touched,
        )) {
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

  /** Does something with each reader, a few of them in each turn of the event loop. */
  #walk(visit: (reader: Reader, place: Place) => void, done: () => void): void {
    const readers = [...this.#readers];
    const go = (from: number): void => {
      for (const [reader, place] of readers.slice(from, from + readersATurn)) {
        if (this.#readers.has(reader)) visit(reader, place);
      }
      if (from + readersATurn >= readers.length) done();
      else
        this.#soon(() => {
          go(from + readersATurn);
        });
    };
    go(0);
  }

  /** Sends a reader what it lacks up to event `to`: the events, or everything anew where some are forgotten. */
  #bring(reader: Reader, place: Place, to: number): void {
    const { audience, sent } = place;
    if (sent >= to) return;
    place.sent = to;
    if (audience.made?.from !== sent || audience.made.to !== to) {
      const text = sent >= this.#ring.floor ? this.#eventsFor(audience, sent, to) : this.#wholeFor(audience, to);
      audience.made = { from: sent, to, bytes: Buffer.from(text) };
    }
    const { bytes } = audience.made;
    if (bytes.length > 0) reader.send(bytes);
  }

  #eventsFor({ filter, prefix }: Audience, from: number, to: number): string {
    let text = '';
    for (const [number, event] of this.#ring.between(from, to)) {
      const data = dataFor(filter, event);
      if (data !== undefined) text += `id: ${prefix}${number}\nevent: ${event.event}\ndata: ${data}\n\n`;
    }
    return text;
  }

  /** While Asterisk is away nobody knows: the snapshot follows when it is back. */
  #wholeFor({ filter, prefix }: Audience, to: number): string {
    const event = this.#isUp
      ? `snapshot\ndata: {"time":${Math.floor(this.#parts.clock.now() / 1000)},${this.#mirror.snapshot(filter)}}`
      : 'link\ndata: {"up":false}';
    return `id: ${prefix}${to}\nevent: ${event}\n\n`;
  }

  #heartbeat(): void {
    if (this.#readers.size === 0) return;
    this.#heartbeatTimer.setIn(heartbeatTime);
    this.#walk(
      (reader) => {
        if (reader.isOver()) reader.end();
        // Writing keeps a connection alive: one that does not read must time out.
        else if (reader.isIdle) reader.send(heartbeat);
      },
      () => undefined,
    );
  }
}
