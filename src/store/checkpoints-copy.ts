import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Name of the copy in the data folder. */
const copyName = 'notes.json';

/**
 * A second copy of the notes beside the store, for the day on which the store is damaged: without them what Asterisk's
 * logs hold of the time before would not be found. It is older than the store by a minute at most, which costs that much
 * reading again.
 */
export class CheckpointsCopy {
  readonly #folder: string;
  #written = '';

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes it where it differs from what was written last. Throws what the disk says. */
  write(notes: ReadonlyMap<string, string>): void {
    const text = JSON.stringify([...notes]);
    if (notes.size === 0 || text === this.#written) return;
    const path = join(this.#folder, copyName);
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    this.#written = text;
  }
}

/** What the copy in a folder holds; nothing when there is none, or it is no good. */
export function readCheckpointsCopy(folder: string): Map<string, string> {
  try {
    const read = JSON.parse(readFileSync(join(folder, copyName), 'utf8')) as unknown;
    const isCheckpoint = (one: unknown): one is [string, string] =>
      Array.isArray(one) && one.length === 2 && one.every((part) => typeof part === 'string');
    return new Map(Array.isArray(read) ? read.filter(isCheckpoint) : []);
  } catch {
    return new Map();
  }
}
