import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../system/log.ts';
import { replaceFile } from '../system/replace-file.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const length = 32;

/**
 * The secret of this box, by which sessions are signed: `session.key` in the folder, made when it is not there. One that
 * cannot be used (damaged, or others can read it) is replaced, with a warning: everybody signs in again. If nothing can be
 * written, it lasts until the daemon ends. A small file, read once.
 */
export function sessionSecret(folder: string, log: Log): Buffer {
  const file = join(folder, 'session.key');
  try {
    return read(file);
  } catch (cause) {
    const isThere = !(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT');
    if (isThere) log.warning(`${file} cannot be used, a new one is made: everybody has to sign in again`, cause);
  }
  const secret = randomBytes(length);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    replaceFile(file, () => `${secret.toString('hex')}\n`);
  } catch (cause) {
    log.warning(`${file} cannot be written: sessions end with this daemon`, cause);
  }
  return secret;
}

function read(file: string): Buffer {
  const opened = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const { mode, nlink } = fstatSync(opened);
    if ((mode & constants.S_IFMT) !== constants.S_IFREG || nlink > 1) throw new Error('it is no file of its own');
    if ((mode & 0o077) !== 0) throw new Error('others can read it');
    const text = readFileSync(opened, 'latin1');
    if (!/^[0-9a-f]{64}\n$/.test(text)) throw new Error('it does not hold 64 hex digits');
    return Buffer.from(text.trim(), 'hex');
  } finally {
    closeSync(opened);
  }
}
