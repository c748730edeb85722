import { constants } from 'node:fs';
import { open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** An open recording; whoever has it closes the handle. */
export interface Recording {
  readonly handle: FileHandle;
  /** Bytes. */
  readonly size: number;
  readonly modified: Date;
}

/** What is wrong with the name, not with the box. */
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
 * Opens a regular file below `folder`; `undefined` for anything else, and for whatever leads out of it. `path` is
 * percent-encoded, as it stands in the URL. A recording's path that was pushed is encoded where it has to be, and some
 * clients encode it once more: where nothing has the name that was decoded once, it is decoded again.
 * @throws {Error} when the box itself fails (too many open files, disk error)
 */
export async function openRecording(folder: string, path: string): Promise<Recording | undefined> {
  const once = decode(path);
  if (once === undefined) return undefined;
  const twice = decode(once);
  const recording = await openNamed(folder, once);
  return recording ?? (twice === undefined || twice === once ? undefined : openNamed(folder, twice));
}

async function openNamed(folder: string, name: string): Promise<Recording | undefined> {
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

async function openInside(base: string, real: string): Promise<Recording | undefined> {
  // Without O_NONBLOCK a FIFO would hold the thread until somebody writes to it.
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    // Between realpath and open a folder on the way can have become a link: what counts is what was opened.
    const opened = await readlink(`/proc/self/fd/${handle.fd}`);
    if (stat.isFile() && opened.startsWith(base + sep)) return { handle, size: stat.size, modified: stat.mtime };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
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
