import { Readable } from 'node:stream';
import type { Filter } from '../live/filter.ts';
import type { Live, Reader } from '../live/live.ts';

/** Bounds of what clients may leave unread, in bytes. What one Buffer holds for many of them is counted once for all. */
export interface UnreadLimits {
  /** Of one client, besides the snapshot. */
  readonly one: number;
  readonly all: number;
}

/** What all streams of a server have not sent yet. */
export class Unread {
  readonly limits: UnreadLimits;
  readonly #streams = new Set<StreamReader>();
  /** Who waits for each buffer. */
  readonly #holders = new Map<Buffer, number>();
  #bytes = 0;

  constructor(limits: UnreadLimits) {
    this.limits = limits;
  }

  /** Bytes in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  hold(stream: StreamReader, buffer: Buffer): void {
    this.#streams.add(stream);
    const holders = this.#holders.get(buffer) ?? 0;
    this.#holders.set(buffer, holders + 1);
    if (holders === 0) this.#bytes += buffer.length;
    while (this.#bytes > this.limits.all && this.#streams.size > 0) this.#most()?.destroy();
  }

  release(stream: StreamReader, buffers: readonly Buffer[], isLast: boolean): void {
    if (isLast) this.#streams.delete(stream);
    for (const buffer of buffers) {
      const holders = (this.#holders.get(buffer) ?? 0) - 1;
      if (holders > 0) this.#holders.set(buffer, holders);
      else if (this.#holders.delete(buffer)) this.#bytes -= buffer.length;
    }
  }

  #most(): StreamReader | undefined {
    let most: StreamReader | undefined;
    for (const one of this.#streams) if (most === undefined || one.unread > most.unread) most = one;
    return most;
  }
}

/** What a StreamReader is made of. */
export interface StreamReaderParts {
  readonly live: Live;
  readonly filter: Filter;
  /** Id of the last event that the client got, if it comes back. */
  readonly lastId: string | undefined;
  readonly unread: Unread;
  /** Whether who signed in may still read. */
  readonly isCurrent: () => boolean;
  /** Cuts the client off. */
  readonly cut: () => void;
  readonly onClosed: () => void;
}

/**
 * The body of one client's stream: joins when it is read for the first time, which HEAD never does. A client that
 * leaves too much unread is cut off; it comes back, if it wants, by the id of the last event that it read.
 */
export class StreamReader extends Readable implements Reader {
  readonly #parts: StreamReaderParts;
  readonly #queue: Buffer[] = [];
  #unread = 0;
  /** Of the queue's beginning, bytes that were more than the limit when they came: a snapshot. */
  #allowed = 0;
  #isAsked = false;
  #hasJoined = false;
  #hasEnded = false;

  constructor(parts: StreamReaderParts) {
    super({ highWaterMark: 1 });
    this.#parts = parts;
  }

  get isIdle(): boolean {
    return this.#queue.length === 0;
  }

  /** Bytes that wait. */
  get unread(): number {
    return this.#unread;
  }

  isOver(): boolean {
    return !this.#parts.isCurrent();
  }

  send(bytes: Buffer): void {
    if (this.destroyed || this.#hasEnded) return;
    if (this.#isAsked) {
      this.#isAsked = false;
      this.push(bytes);
      return;
    }
    const { unread, cut } = this.#parts;
    if (this.#queue.length === 0) this.#allowed = Math.max(0, bytes.length - unread.limits.one);
    if (this.#unread + bytes.length > unread.limits.one + this.#allowed) {
      cut();
      this.destroy();
      return;
    }
    this.#queue.push(bytes);
    this.#unread += bytes.length;
    unread.hold(this, bytes);
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#isAsked) this.push(null);
    else {
      this.#parts.cut();
      this.destroy();
    }
  }

  override _read(): void {
    this.#isAsked = true;
    if (!this.#hasJoined) {
      this.#hasJoined = true;
      const { live, filter, lastId } = this.#parts;
      live.join(this, filter, lastId);
      return;
    }
    const next = this.#queue.shift();
    if (next === undefined) return;
    this.#isAsked = false;
    this.#unread -= next.length;
    this.#parts.unread.release(this, [next], this.#queue.length === 0);
    this.push(next);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { live, unread, cut, onClosed } = this.#parts;
    unread.release(this, this.#queue.splice(0), true);
    this.#unread = 0;
    live.leave(this);
    if (this.#hasJoined && !this.readableEnded) cut();
    onClosed();
    done(error);
  }
}
