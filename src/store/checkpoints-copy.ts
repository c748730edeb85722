import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Name of the copy in the data folder. Kept as it was first released. */
const copyName = 'notes.json';

/**
 * A second copy of the checkpoints beside the store, for the day the store is damaged: without them, nothing from before
 * the damage would be found in Asterisk's logs. It is at most a minute older than the store, and that much is read twice.
 */
export class CheckpointsCopy {
  readonly #folder: string;
  #written = '';

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes the copy if it differs from the last one. Throws what the disk says. */
  write(checkpoints: ReadonlyMap<string, string>): void {
    const text = JSON.stringify([...checkpoints]);
    if (checkpoints.size === 0 || text === this.#written) return;
    const path = join(this.#folder, copyName);
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    this.#written = text;
  }
}

/** The checkpoints of the copy in a folder; none if it is missing or unusable. */
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
