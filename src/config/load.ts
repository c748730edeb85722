import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, parseConfig, type Loaded } from './parse.ts';

/** Bytes: whatever is larger is some other file. */
const largest = 1024 * 1024;

/**
 * The entrance of this room. In: the path of api.conf. Out: one frozen `Config`, or all problems of the files. It must
 * not know what the settings are for.
 *
 * Reads api.conf, and before it the files `*.conf` of the folder beside it that is named as it is and `.d`, in the
 * order of their names: what a package writes there is not mixed with what a person writes, and that counts. Small
 * files, read at the start and at SIGHUP only, hence at once.
 * @throws {ConfigError} when one cannot be read, is over 1 MB, is not UTF-8, or holds a problem
 */
export function loadConfig(file: string): Loaded {
  const before = partsOf(`${file}.d`).map((part) => ({ text: readText(part), file: part }));
  return parseConfig(readText(file), file, before);
}

/**
 * The files that `loadConfig` reads, in their order.
 * @throws {ConfigError} when the folder cannot be read
 */
export function filesOf(file: string): string[] {
  return [...partsOf(`${file}.d`), file];
}

function partsOf(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.conf') && !name.startsWith('.'));
    return names.sort().map((name) => join(folder, name));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw unreadable(folder, cause);
  }
}

function unreadable(path: string, cause: unknown): ConfigError {
  return new ConfigError([`${path}: cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`]);
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    if (statSync(file).size > largest) throw new Error('is over 1 MB: a configuration?');
    bytes = readFileSync(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
  if (bytes.includes(0)) throw new ConfigError([`${file}: holds NUL bytes (UTF-16?); it must be UTF-8`]);
  if (!isUtf8(bytes)) throw new ConfigError([`${file}:${firstBadLine(bytes)}: is not UTF-8`]);
  return bytes.toString('utf8');
}

function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start);
    if (!isUtf8(bytes.subarray(start, end < 0 ? bytes.length : end))) break;
    start = end < 0 ? bytes.length : end + 1;
  }
  return line;
}
