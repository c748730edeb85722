import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { ConfigError, parseConfig, type Loaded } from './parse.ts';

/** Bytes: whatever is larger is some other file. */
const largest = 1024 * 1024;

/**
 * Reads api.conf. It is small and read at the start and at SIGHUP only, hence at once.
 * @throws {ConfigError} when it cannot be read, is over 1 MB, is not UTF-8, or holds a problem
 */
export function loadConfig(file: string): Loaded {
  return parseConfig(readText(file), file);
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    if (statSync(file).size > largest) throw new Error('is over 1 MB: a configuration?');
    bytes = readFileSync(file);
  } catch (cause) {
    throw new ConfigError([`${file}: cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`]);
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
