import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { Position } from './position.ts';
import { markLength, markOf } from './position.ts';

/** Bytes that are read at once: the lines of some hundred calls. */
const chunkSize = 64 * 1024;

/** A file of a log. */
export interface LogFile {
  readonly path: string;
  /** Unlike any other file's, even if the inode number of a deleted one is used again. */
  readonly inode: string;
  readonly size: number;
  /** ms epoch of its last change. */
  readonly changedAt: number;
}

/** The file of that name now, `undefined` if there is none. Rejects if it may not be looked at. */
export async function look(path: string): Promise<LogFile | undefined> {
  try {
    const { ino, birthtimeMs, size, mtimeMs } = await stat(path);
    return { path, inode: `${ino} ${birthtimeMs}`, size, changedAt: mtimeMs };
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Rotated files of a log (`queue_log.1`, `queue_log-20261125.gz`), the oldest first. */
export async function rotatedOf(path: string): Promise<LogFile[]> {
  const [folder, name] = [dirname(path), basename(path)];
  const names = (await namesIn(folder)).filter(
    (other) => other.startsWith(name) && /^[.-]\d[\w-]*(\.gz)?$/.test(other.slice(name.length)),
  );
  const files = await Promise.all(names.map((other) => look(join(folder, other))));
  return files.filter((file) => file !== undefined).sort((a, b) => a.changedAt - b.changedAt);
}

/** The names in a folder; none if it does not exist. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  }
}

/** The unpacked bytes of a log from an offset on. */
export async function* bytesOf({ path }: LogFile, from: number): AsyncGenerator<Buffer, void, undefined> {
  if (!path.endsWith('.gz')) {
    yield* createReadStream(path, { start: from, highWaterMark: chunkSize }) as AsyncIterable<Buffer>;
    return;
  }
  const packed = createReadStream(path, { highWaterMark: chunkSize });
  const unpacked = createGunzip({ chunkSize: chunkSize });
  packed.on('error', (cause) => unpacked.destroy(cause));
  let at = 0;
  for await (const chunk of packed.pipe(unpacked) as AsyncIterable<Buffer>) {
    if (at + chunk.length > from) yield chunk.subarray(Math.max(0, from - at));
    at += chunk.length;
  }
}

/** Up to 256 bytes before an offset; `undefined` if the log is shorter. */
export async function bytesBefore(file: LogFile, offset: number): Promise<Buffer | undefined> {
  const length = Math.min(markLength, offset);
  if (length === 0) return Buffer.alloc(0);
  if (file.path.endsWith('.gz')) {
    const found: Buffer[] = [];
    let missing = length;
    for await (const chunk of bytesOf(file, offset - length)) {
      found.push(chunk.subarray(0, missing));
      missing -= Math.min(missing, chunk.length);
      if (missing === 0) return Buffer.concat(found);
    }
    return undefined;
  }
  if (file.size < offset) return undefined;
  const handle = await open(file.path);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset - length);
    return bytesRead === length ? buffer : undefined;
  } finally {
    await handle.close();
  }
}

/** Whether a position was taken in this file. */
export async function goesOn(file: LogFile, { offset, mark }: Position): Promise<boolean> {
  try {
    const before = await bytesBefore(file, offset);
    return before !== undefined && markOf(before) === mark;
  } catch (cause) {
    if (isTornPack(cause)) return false;
    throw cause;
  }
}

/** Whether a packed log is cut short, as a full disk leaves it. */
export function isTornPack(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_');
}
