import type { Checkpoints } from '../system/checkpoints.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { Position } from './position.ts';
import { isPosition } from './position.ts';
import { Tail } from './tail.ts';

/** Milliseconds between two checkpoints: what is read twice is recognised by its ids. */
const saveInterval = 5_000;

/** What a ResumableTail is made of; `K` is what its reader wants back after a restart (JSON). */
export interface ResumableTailParts<K> {
  readonly path: string;
  readonly checkpoints: Checkpoints;
  readonly log: Log;
  readonly clock: Clock;
  readonly save: () => K;
  readonly restore: (kept: K) => void;
  /** Saves what others made of the lines so far: it must not be lost while they count as read. */
  readonly saveFirst?: () => void;
}

interface SavedTail<K> {
  readonly position: Position;
  readonly kept: K;
}

/** Reads a log on from where this process, or the last one, stopped. */
export class ResumableTail<K> {
  readonly #parts: ResumableTailParts<K>;
  #tail: Tail | undefined;
  #position: Position | undefined;
  #savedAt = -Infinity;

  constructor(parts: ResumableTailParts<K>) {
    this.#parts = parts;
  }

  get path(): string {
    return this.#parts.path;
  }

  /** Whether it was ever read or skipped before. */
  get isKnown(): boolean {
    return this.#parts.checkpoints.checkpoint(this.#name) !== undefined;
  }

  /**
   * Finds where to go on: at the checkpoint, or, at the very first start, at the end, since what happened before the
   * daemon was installed is none of its business. Throws while the checkpoint cannot be read.
   */
  async open(): Promise<void> {
    if (this.#tail !== undefined) return;
    const { path, log, clock, checkpoints } = this.#parts;
    const text = checkpoints.checkpoint(this.#name);
    const found = text === undefined ? undefined : readSaved<K>(text);
    if (text !== undefined && found === undefined) log.error(`${path}: the note of how far it was read is no good`);
    this.#position = found?.position ?? (await Tail.end(path, clock.now()));
    try {
      if (found !== undefined) this.#parts.restore(found.kept);
    } catch (cause) {
      // Saved by another version: what is read from here on is worth more.
      log.error(`${path}: what was kept of it is no good`, cause);
    }
    this.#tail = this.#follow(this.#position);
    if (found === undefined) this.save(true);
  }

  /** Moves the checkpoint to the end: another log tells the same. */
  async skip(empty: K): Promise<void> {
    const { path, clock, checkpoints } = this.#parts;
    const position = await Tail.end(path, clock.now());
    checkpoints.setCheckpoint(this.#name, JSON.stringify({ position, kept: empty } satisfies SavedTail<K>));
  }

  /**
   * Gives what is new to `take`, some lines at a time, until that returns false; `doubtful`: see `LogLines`. Rejects if the
   * log cannot be read or `take` rejects: the next call then gives those lines again.
   */
  async read(take: (lines: readonly string[], doubtful: number | undefined) => Promise<boolean>): Promise<void> {
    try {
      for await (const { lines, position, doubtful } of this.#tail?.read() ?? []) {
        const isGoingOn = await take(lines, doubtful);
        this.#position = position;
        this.save();
        if (!isGoingOn) return;
      }
    } catch (cause) {
      if (this.#position !== undefined) this.#tail = this.#follow(this.#position);
      throw cause;
    }
  }

  /** Saves how far was read, if that changed and the last checkpoint is old enough, or `atOnce`. */
  save(atOnce = false): void {
    const { clock, checkpoints, save, saveFirst } = this.#parts;
    const now = clock.monotonic();
    // What is only in memory may yet be dropped, and must then be read again.
    if (this.#position === undefined || !checkpoints.isSafe || (!atOnce && now - this.#savedAt < saveInterval)) return;
    this.#savedAt = now;
    saveFirst?.();
    const text = JSON.stringify({ position: this.#position, kept: save() } satisfies SavedTail<K>);
    // Ask the store, which may have lost the last one with a damaged file.
    if (checkpoints.checkpoint(this.#name) !== text) checkpoints.setCheckpoint(this.#name, text);
  }

  #follow(position: Position): Tail {
    const { path, log, clock } = this.#parts;
    return new Tail(path, position, log, () => clock.now());
  }

  get #name(): string {
    return `log ${this.#parts.path}`;
  }
}

function readSaved<K>(text: string): SavedTail<K> | undefined {
  try {
    const { position, kept } = JSON.parse(text) as { position: unknown; kept: K };
    return isPosition(position) ? { position, kept } : undefined;
  } catch {
    return undefined;
  }
}
