import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/** How a file is replaced other than by its owner, for its owner only. */
export interface Replacement {
  /** What it is called until it is complete, in the same folder; by default a name that nobody else takes. */
  readonly fresh?: string;
  readonly mode?: number;
  /** Who is to own it; by default who this process is. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/**
 * Writes a file all at once: whoever reads it finds the old one or the new one, also after a power cut, and a link of its
 * name gives way. `content` is asked for once the file `fresh` is this process's own: a name that others use as well is a
 * lock. Throws the file system's error (`EEXIST` while `fresh` is there) and what `content` throws; nothing is left behind.
 */
export function replaceFile(file: string, content: () => string, replacement: Replacement = {}): void {
  const { fresh = `${file}.${randomBytes(4).toString('hex')}`, mode = 0o600, owner } = replacement;
  const opened = openSync(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  const isOurs = (): boolean => lstatSync(fresh, { throwIfNoEntry: false })?.ino === fstatSync(opened).ino;
  try {
    writeFileSync(opened, content());
    if (owner !== undefined) giveTo(owner, opened);
    fchmodSync(opened, mode);
    fsyncSync(opened);
    if (!isOurs()) throw new Error(`${fresh} was taken away by another process`);
    renameSync(fresh, file);
  } catch (cause) {
    if (isOurs()) unlinkSync(fresh);
    throw cause;
  } finally {
    closeSync(opened);
  }
  // The new name is on the disk as well.
  const folder = openSync(dirname(file), O_RDONLY | O_DIRECTORY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Gives an open file to somebody, if it is not theirs. */
export function giveTo({ uid, gid }: { readonly uid: number; readonly gid: number }, opened: number): void {
  const found = fstatSync(opened);
  if (found.uid !== uid || found.gid !== gid) fchownSync(opened, uid, gid);
}
