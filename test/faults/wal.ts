import { existsSync, readFileSync, truncateSync } from 'node:fs';
import type { Roll } from '../oracle/dice.ts';

/** Bytes of the headers of SQLite's log and of each frame in it (sqlite.org/fileformat2.html#walformat). */
const headerSize = 32;
const frameHeaderSize = 24;

/**
 * The bytes of the log between which a power cut may end it: from behind the last frame that is in the file already, since
 * a log is on the disk before anything of it goes into the file, to the end of its last frame. `undefined`: there are none.
 */
export function tearable(log: Buffer, file: Buffer): { readonly from: number; readonly to: number } | undefined {
  if (log.length < headerSize) return undefined;
  const pageSize = log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  let from = headerSize;
  let to = headerSize;
  for (let at = headerSize; at + frameHeaderSize + pageSize <= log.length; at = to) {
    // What is left of an earlier round of the log has other salts.
    if (!log.subarray(at + 8, at + 16).equals(salt)) break;
    to = at + frameHeaderSize + pageSize;
    const place = (log.readUInt32BE(at) - 1) * pageSize;
    const isInFile = log.subarray(at + frameHeaderSize, to).equals(file.subarray(place, place + pageSize));
    if (isInFile) from = to;
  }
  return to > from ? { from, to } : undefined;
}

/** Cuts the log of a database off as a torn write does, at a random byte. Returns how many bytes of it are lost. */
export function tear(database: string, roll: Roll): number {
  const path = `${database}-wal`;
  if (!existsSync(path)) return 0;
  const range = tearable(readFileSync(path), readFileSync(database));
  if (range === undefined) return 0;
  const lost = 1 + roll(range.to - range.from);
  truncateSync(path, range.to - lost);
  return lost;
}
