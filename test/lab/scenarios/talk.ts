import { setTimeout as sleep } from 'node:timers/promises';

/** A short conversation. */
export async function talk(): Promise<void> {
  await sleep(600);
}
