import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const transcripts = join(import.meta.dirname, '../transcripts');

/** Bytes of a write, as a busy socket delivers them. */
export const chunkSize = 64 * 1024;

/** Bytes of the whole measurement, about. */
export const size = 20_000_000;

/** What Asterisk sends first, and what begins and ends the measured part: a daemon runs for months, it is warm. */
export const greeting = Buffer.from('Asterisk Call Manager/5.0.4\r\n');
export const first = Buffer.from('Event: BenchBegin\r\nPrivilege: system,all\r\n\r\n');
export const last = Buffer.from('Event: BenchEnd\r\nPrivilege: system,all\r\n\r\n');

export interface Stream {
  readonly bytes: Buffer;
  readonly events: number;
}

/** Every recorded call, one after the other, without greetings, again and again up to about this many bytes. */
export function stream(size: number): Stream {
  const files = globSync('**/*.ami', { cwd: transcripts, exclude: ['**/wrong-password.ami'] }).sort();
  if (files.length === 0) throw new Error('no transcripts: npm run lab:record');
  const bodies = files.map((file) => {
    const bytes = readFileSync(join(transcripts, file));
    return bytes.subarray(bytes.indexOf('\n') + 1);
  });
  const once = Buffer.concat(bodies);
  const times = Math.max(1, Math.round(size / once.length));
  const events = once.toString('latin1').split('\nEvent: ').length - 1;
  return { bytes: Buffer.concat(Array<Buffer>(times).fill(once)), events: events * times };
}
