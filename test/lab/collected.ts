import { join } from 'node:path';
import type { Daemon } from './daemon.ts';
import { eventually } from './within.ts';

/** Arguments of Node for a daemon whose memory can be asked for. */
export const collectArguments: readonly string[] = [
  '--expose-gc',
  '--import',
  join(import.meta.dirname, 'collect-on-signal.ts'),
];

/** What the daemon's memory holds when nothing is there that could be freed. */
export interface Memory {
  /** kB of its own. */
  readonly private: number;
  /** Bytes of values and buffers. */
  readonly held: number;
}

/** Has it free what nothing holds, and asks. */
export async function collected(daemon: Daemon): Promise<Memory> {
  const from = daemon.output.length;
  const find = (): string | undefined => /^collected (.*)$/m.exec(daemon.output.slice(from))?.[1];
  process.kill(daemon.pid ?? 0, 'SIGUSR2');
  await eventually('its memory', () => find() !== undefined);
  return JSON.parse(find() ?? '') as Memory;
}
