import type { PushedEvent } from '../events/event.ts';
import type { Picture } from '../picture/picture.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { Timer } from '../system/timer.ts';
import { Audiences } from './audience.ts';
import { Chronicle } from './chronicle.ts';
import type { Filter } from './filter.ts';
import { Pace } from './pace.ts';
import { Readers, type Place, type Reader } from './readers.ts';
import type { RingLimits } from './ring.ts';

/** Events that a reader who comes back may have missed, and their bytes. */
const ringLimits = { events: 2_000, bytes: 1 << 20 };
/** Milliseconds from a flush to the next: events of that time go out together. */
const flushWait = 50;
/** Milliseconds between two heartbeats. */
const heartbeatTime = 5_000;
/** Milliseconds after the last reader has left for which changes are noted, for when it comes back. */
const resumeTime = 60_000;
/** Milliseconds after which a client that was cut off tries again. */
const retryTime = 2_000;

const greeting = Buffer.from(`retry: ${retryTime}\n\n`);
const heartbeat = Buffer.from(':\n\n');

/** What a Live is made of. */
export interface LiveParts {
  readonly picture: Picture;
  readonly clock: Clock;
  readonly log: Log;
  /** Runs something in the next turn of the event loop. */
  readonly soon?: (run: () => void) => void;
  readonly ring?: RingLimits;
}

/**
 * The live stream: readers are told the picture, and from then on what is pushed and what changes. Comes in: pushed
 * events, and what the picture notes as touched. Goes out: bytes of server-sent events for readers. While nobody reads,
 * nothing is computed. It knows nothing of sockets.
 */
export class Live {
  readonly #chronicle: Chronicle;
  readonly #audiences: Audiences;
  readonly #readers: Readers;
  readonly #flushes: Pace;
  readonly #heartbeatTimer: Timer;
  readonly #resumeTimer: Timer;
  #isStopped = false;

  constructor({ picture, clock, log, soon = (run) => void setImmediate(run), ring = ringLimits }: LiveParts) {
    const onNews = (): void => {
      this.#want();
    };
    this.#chronicle = new Chronicle({ picture, clock, log, limits: ring, onNews });
    this.#audiences = new Audiences(this.#chronicle, clock.now().toString(36));
    this.#readers = new Readers(clock, soon);
    const work = (done: () => void): void => {
      this.#flush(done);
    };
    this.#flushes = new Pace({ clock, soon, wait: flushWait, work });
    this.#heartbeatTimer = new Timer(clock, () => {
      this.#heartbeat();
    });
    this.#resumeTimer = new Timer(clock, () => {
      this.#chronicle.close();
    });
  }

  /** Readers at the moment. */
  get readers(): number {
    return this.#readers.size;
  }

  /** An event was pushed; `whose`: of which extensions it is. Never throws. */
  pushed(push: PushedEvent, whose: () => readonly string[]): void {
    this.#chronicle.pushed(push, whose);
  }

  /** The connection to Asterisk is lost. */
  lost(): void {
    this.#chronicle.lost();
  }

  /** The picture is Asterisk's. After a loss, readers get it as a whole. */
  current(): void {
    this.#chronicle.current();
  }

  /** A reader comes. `lastId`: of the last event that it got, if it comes back. */
  join(reader: Reader, filter: Filter, lastId = ''): void {
    if (this.#isStopped) {
      reader.end();
      return;
    }
    this.#resumeTimer.clear();
    this.#chronicle.open();
    // While nobody was here, what was touched has waited.
    this.#chronicle.collect();
    const audience = this.#audiences.enter(filter);
    const place: Place = { audience, sent: audience.placeOf(lastId) ?? -1 };
    this.#readers.add(reader, place);
    reader.send(greeting, false);
    bring(reader, place, this.#chronicle.last);
    this.#heartbeatTimer.ensureIn(heartbeatTime);
    // What was made for it is not kept.
    this.#want();
  }

  /** A reader is gone. */
  leave(reader: Reader): void {
    const place = this.#readers.delete(reader);
    if (place === undefined) return;
    this.#audiences.leave(place.audience);
    if (this.#readers.size === 0 && !this.#isStopped) this.#resumeTimer.setIn(resumeTime);
  }

  /** Ends the streams of those who may read no more: users were changed. */
  recheck(): void {
    for (const reader of this.#readers.all()) if (reader.isOver()) reader.end();
  }

  /** Ends all streams. */
  stop(): void {
    this.#isStopped = true;
    for (const reader of this.#readers.all()) {
      reader.end();
      this.leave(reader);
    }
    this.#chronicle.close();
    this.#flushes.stop();
    this.#heartbeatTimer.clear();
    this.#resumeTimer.clear();
  }

  #want(): void {
    if (this.#readers.size > 0) this.#flushes.want();
  }

  #flush(done: () => void): void {
    this.#chronicle.collect();
    const to = this.#chronicle.last;
    this.#readers.walk(
      (reader, place) => {
        bring(reader, place, to);
      },
      () => {
        this.#audiences.forget();
        done();
      },
    );
  }

  #heartbeat(): void {
    if (this.#readers.size === 0) return;
    this.#heartbeatTimer.setIn(heartbeatTime);
    this.#readers.walk((reader) => {
      if (reader.isOver()) reader.end();
      // Writing keeps a connection alive: one that does not read must time out.
      else if (reader.isIdle) reader.send(heartbeat, false);
    });
  }
}

/** Sends a reader what it lacks up to event `to`: the events, or everything anew where some are forgotten. */
function bring(reader: Reader, place: Place, to: number): void {
  const { audience, sent } = place;
  if (sent >= to) return;
  const { bytes, isWhole, to: last } = audience.pieceFor(sent, to);
  place.sent = last;
  if (bytes.length > 0) reader.send(bytes, isWhole);
}
