import { Readable } from 'node:stream';
import type { Filter } from '../live/filter.ts';
import type { Live } from '../live/live.ts';
import type { Reader } from '../live/readers.ts';

/** Bounds of what clients may leave unread, in bytes. What one Buffer holds for many of them is counted once for all. */
export interface UnreadLimits {
  /** Of one client, besides a snapshot and what comes last. */
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

  /** The stream waits for one more buffer. If there are too many, the streams are cut that have read the least. */
  hold(stream: StreamReader, buffer: Buffer): void {
    this.#streams.add(stream);
    const holders = this.#holders.get(buffer) ?? 0;
    this.#holders.set(buffer, holders + 1);
    if (holders === 0) this.#bytes += buffer.length;
    while (this.#bytes > this.limits.all && this.#streams.size > 0) this.#most()?.destroy();
  }

  release(stream: StreamReader, buffer: Buffer): void {
    if (stream.isIdle) this.#streams.delete(stream);
    const holders = (this.#holders.get(buffer) ?? 0) - 1;
    if (holders > 0) this.#holders.set(buffer, holders);
    else if (this.#holders.delete(buffer)) this.#bytes -= buffer.length;
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
  /** What is not on its way yet; the first is, while `#isAsked` is false, what the connection has been given. */
  readonly #unread: Piece[] = [];
  #bytes = 0;
  #isAsked = false;
  #hasJoined = false;
  #hasEnded = false;

  constructor(parts: StreamReaderParts) {
    // Nothing is asked for before the connection has taken what it was given.
    super({ highWaterMark: 0 });
    this.#parts = parts;
  }

  get isIdle(): boolean {
    return this.#unread.length === 0;
  }

  /** Bytes that wait. */
  get unread(): number {
    return this.#bytes;
  }

  isOver(): boolean {
    return !this.#parts.isCurrent();
  }

  send(bytes: Buffer, isWhole: boolean): void {
    if (this.destroyed || this.#hasEnded) return;
    const { unread } = this.#parts;
    const snapshot = this.#unread.find((piece) => piece.isWhole)?.bytes.length;
    const left = this.#bytes - (snapshot ?? 0);
    // What has just come counts for nothing: however much it is, the client had no time to read it.
    const isTooMuch =
      isWhole && snapshot !== undefined ? left + bytes.length > unread.limits.one : left >= unread.limits.one;
    if (isTooMuch) {
      this.#cut();
      return;
    }
    this.#unread.push({ bytes, isWhole });
    this.#bytes += bytes.length;
    unread.hold(this, bytes);
    if (this.#isAsked) this.#give(bytes);
  }

  /** Lets what waits go out before; who is told again has not read it, and is cut off. */
  end(): void {
    if (this.#hasEnded && !this.isIdle) this.#cut();
    this.#hasEnded = true;
    if (this.#isAsked) this.push(null);
  }

  /** The connection has taken what it was given, and wants more. */
  override _read(): void {
    const { live, filter, lastId } = this.#parts;
    const taken = this.#isAsked ? undefined : this.#unread.shift();
    if (taken !== undefined) this.#release(taken);
    this.#isAsked = true;
    if (!this.#hasJoined) {
      this.#hasJoined = true;
      live.join(this, filter, lastId);
      return;
    }
    const [next] = this.#unread;
    if (next !== undefined) this.#give(next.bytes);
    else if (this.#hasEnded) this.push(null);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { live, cut, onClosed } = this.#parts;
    for (const piece of this.#unread.splice(0)) this.#release(piece);
    live.leave(this);
    if (this.#hasJoined && !this.readableEnded) cut();
    onClosed();
    done(error);
  }

  #cut(): void {
    this.#parts.cut();
    this.destroy();
  }

  #give(bytes: Buffer): void {
    this.#isAsked = false;
    this.push(bytes);
  }

  #release({ bytes }: Piece): void {
    this.#bytes -= bytes.length;
    this.#parts.unread.release(this, bytes);
  }
}

interface Piece {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}
