import type { Log } from '../system/log.ts';
import type { LogFile } from './log-file.ts';
import { bytesBefore, bytesOf, goesOn, isTornPack, look, rotatedOf } from './log-file.ts';
import type { Position } from './position.ts';
import { markLength, beginning, markOf } from './position.ts';

/** Most bytes of a line: Asterisk writes no longer ones. */
const longestLine = 64 * 1024;
const lineFeed = 10;

/** Some lines of a log, in order. */
export interface LogLines {
  readonly lines: readonly string[];
  /** Where they end. */
  readonly position: Position;
  /** Lines older than this (ms epoch) may have been read before: the position in the log was lost. */
  readonly doubtful: number | undefined;
}

/**
 * Follows one of Asterisk's logs. A log that was rotated (renamed, packed, or copied and emptied) is read to its end, and
 * then the ones after it. The file of a position is found by the bytes before the position.
 */
export class Tail {
  readonly #path: string;
  readonly #log: Log;
  readonly #now: () => number;
  #position: Position;
  /** Up to 256 bytes before the position, once they are read. */
  #before: Buffer | undefined;
  /** The file that the position is in, as it was at the last look. */
  #file: LogFile | undefined;
  /** The file with the log's own name, as it was at the last look. */
  #own: LogFile | undefined;
  #doubtful: number | undefined;
  /** The rest of an over-long line follows. */
  #isSkipping = false;

  constructor(path: string, position: Position, log: Log, now: () => number) {
    this.#path = path;
    this.#position = position;
    this.#log = log;
    this.#now = now;
  }

  /** The present end of a log. */
  static async end(path: string, now: number): Promise<Position> {
    const file = await look(path);
    // This may be within a line: its rest is torn, and passed over.
    const before = file === undefined ? undefined : await bytesBefore(file, file.size);
    return file === undefined || before === undefined
      ? beginning(now)
      : { offset: file.size, mark: markOf(before), at: now };
  }

  /** Everything new, to the end. Rejects if a file cannot be read; the next call goes on. */
  async *read(): AsyncGenerator<LogLines, void, undefined> {
    const own = await look(this.#path);
    if (this.#file !== undefined && this.#isAsBefore(own) && (await this.#isFileAsBefore(this.#file))) return;
    let file = await this.#find(own);
    const done = new Set<string>();
    for (;;) {
      if (file !== undefined) {
        yield* this.#readWhole(file);
        done.add(file.path);
      }
      const next = await this.#after(file, own, done);
      if (next === undefined) break;
      this.#position = beginning(this.#now());
      this.#before = Buffer.alloc(0);
      this.#file = file = next;
    }
    this.#file = file;
    this.#own = own;
  }

  #isAsBefore(own: LogFile | undefined): boolean {
    return own?.inode === this.#own?.inode && own?.size === this.#own?.size && own?.changedAt === this.#own?.changedAt;
  }

  async #isFileAsBefore({ path, size }: LogFile): Promise<boolean> {
    return path === this.#path || (await look(path))?.size === size;
  }

  /** The file that the position is in. */
  async #find(own: LogFile | undefined): Promise<LogFile | undefined> {
    const known = this.#file === undefined ? undefined : await look(this.#file.path);
    if (this.#position.offset === 0) return this.#findNew(known, own);
    if (known !== undefined && (await goesOn(known, this.#position))) return known;
    if (own !== undefined && (await goesOn(own, this.#position))) return own;
    // The newest first, where it usually is.
    for (const file of (await rotatedOf(this.#path)).reverse()) if (await goesOn(file, this.#position)) return file;
    return undefined;
  }

  /** The same for a position at the beginning, where all files look alike. */
  async #findNew(known: LogFile | undefined, own: LogFile | undefined): Promise<LogFile | undefined> {
    const before = this.#file;
    const since = before?.changedAt ?? this.#position.at;
    const isIt = ({ inode, changedAt }: LogFile): boolean => inode === before?.inode || changedAt > since;
    return (await rotatedOf(this.#path)).find(isIt) ?? known ?? own;
  }

  /** The file to go on with after the end of `file`, if there is one with anything in it. */
  async #after(
    file: LogFile | undefined,
    own: LogFile | undefined,
    done: ReadonlySet<string>,
  ): Promise<LogFile | undefined> {
    if (file === undefined ? this.#position.offset === 0 : file.path === this.#path) return undefined;
    const since = file?.changedAt ?? this.#position.at;
    const later = (await rotatedOf(this.#path)).filter(
      ({ path, changedAt, size }) => !done.has(path) && changedAt > since && size > 0,
    );
    const next = later[0] ?? (own !== undefined && own.size > 0 ? own : undefined);
    if (file === undefined && next !== undefined) {
      this.#doubtful = this.#position.at;
      this.#log.warning(`${this.#path}: what was read of it last is gone; it is read anew from ${next.path}`);
    }
    return next;
  }

  /** As `#readOn`, but takes what there is of a packed log that was cut short. */
  async *#readWhole(file: LogFile): AsyncGenerator<LogLines, void, undefined> {
    try {
      yield* this.#readOn(file);
    } catch (cause) {
      if (!isTornPack(cause)) throw cause;
      this.#log.warning(`${file.path} is cut short: what follows in it is lost`, cause);
    }
  }

  async *#readOn(file: LogFile): AsyncGenerator<LogLines, void, undefined> {
    this.#before ??= await bytesBefore(file, this.#position.offset);
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of bytesOf(file, this.#position.offset)) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let end = bytes.lastIndexOf(lineFeed) + 1;
      let lines = end === 0 ? [] : bytes.toString('utf8', 0, end - 1).split('\n');
      if (this.#isSkipping && end > 0) {
        if (lines[0]?.includes('\0') !== true) lines = lines.slice(1);
        this.#isSkipping = false;
      }
      if (bytes.length - end > longestLine) {
        this.#log.warning(`${file.path}: a line of more than ${longestLine} bytes is passed over`);
        // A crash may leave NULs: a new line begins after them.
        const behindHole = bytes.lastIndexOf(0) + 1;
        this.#isSkipping = behindHole <= end;
        end = this.#isSkipping ? bytes.length : behindHole;
      }
      rest = bytes.subarray(end);
      if (end === 0) continue;
      this.#move(bytes.subarray(0, end));
      yield { lines, position: this.#position, doubtful: this.#doubtful };
    }
  }

  #move(bytes: Buffer): void {
    const before = Buffer.concat([this.#before ?? Buffer.alloc(0), bytes.subarray(-markLength)]).subarray(-markLength);
    this.#before = Buffer.from(before);
    this.#position = { offset: this.#position.offset + bytes.length, mark: markOf(before), at: this.#now() };
  }
}
