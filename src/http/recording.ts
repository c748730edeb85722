import { constants } from 'node:fs';
import { open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Refusals } from './answer-doc.ts';
import { HttpError } from './http-error.ts';

/** An open recording; its owner closes the handle. */
export interface RecordingFile {
  readonly handle: FileHandle;
  /** Its path below the folder, nothing encoded. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly modified: Date;
}

const secondName = 'the recording has a second name elsewhere, and is not of who owns the folder';
const absent = 'no such recording';

/** What is refused of a recording that cannot be opened, for the documentation. */
export const notOpened: Refusals = { 403: [secondName], 404: [absent] };

/** Refuses a recording that `openRecording` did not find. */
export function noSuchRecording(): HttpError {
  return new HttpError(404, absent);
}

type OpenFile = Omit<RecordingFile, 'name'>;

/** Codes of errors that are the name's fault, not the box's. */
const notThere = new Set([
  'ENOENT',
  'ENOTDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'EISDIR',
  'ENXIO',
  'ENODEV',
  'EACCES',
  'EPERM',
]);

/**
 * Opens the first of these names that is a regular file below `folder`; `undefined` for anything else, and for whatever
 * leads out of it.
 * @throws {HttpError} 403 for a hard link to a file of another's
 * @throws {Error} when the box itself fails (too many open files, disk error)
 */
export async function openRecording(folder: string, names: readonly string[]): Promise<RecordingFile | undefined> {
  for (const name of names) {
    const opened = await openNamed(folder, name);
    if (opened !== undefined) return { ...opened, name };
  }
  return undefined;
}

/**
 * What a path of a URL, percent-encoded, may be called on the disk. A recording's path that was pushed is encoded where it
 * has to be, and some clients encode it once more: where nothing has the name that was decoded once, it is decoded again.
 */
export function namesOf(path: string): readonly string[] {
  const once = decode(path);
  const twice = once === undefined ? undefined : decode(once);
  return [...new Set([once, twice])].filter((name) => name !== undefined);
}

async function openNamed(folder: string, name: string): Promise<OpenFile | undefined> {
  if (!isPlain(name)) return undefined;
  try {
    const base = await realpath(folder);
    const real = await realpath(join(base, name));
    if (!real.startsWith(base + sep)) return undefined;
    return await openInside(base, real);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (notThere.has(code)) return undefined;
    throw error;
  }
}

async function openInside(base: string, real: string): Promise<OpenFile | undefined> {
  // Without O_NONBLOCK, opening a FIFO would wait until somebody writes to it.
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    // A folder on the way may have become a link since realpath: the file that was opened counts.
    const opened = await readlink(`/proc/self/fd/${handle.fd}`);
    if (found.isFile() && opened.startsWith(base + sep)) {
      if (found.nlink > 1 && !(await isOfFolder(found.uid, base, opened))) {
        throw new HttpError(403, secondName);
      }
      return { handle, size: found.size, modified: found.mtime };
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/**
 * Whether a file belongs to the owner of the recordings. A user could make a hard link to a file that only the daemon
 * may read (one of its own secrets); hard links of backups (`cp -al`, rsnapshot) belong to the owner.
 */
async function isOfFolder(uid: number, base: string, file: string): Promise<boolean> {
  const owners = await Promise.all([base, dirname(file)].map(async (folder) => (await stat(folder)).uid));
  return owners.includes(uid);
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Names of folders and at last a file; none of them empty, hidden or a way up. */
function isPlain(name: string): boolean {
  return !name.includes('\0') && name.split('/').every((part) => part !== '' && !part.startsWith('.'));
}
