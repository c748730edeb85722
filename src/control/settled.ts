import { setTimeout as sleep } from 'node:timers/promises';

/** Asterisk answers an action before the event of what it did: how long (ms) the event is waited for, and how often looked. */
const patience = 500;
const pause = 5;

/** Resolves when the picture shows what was done, so that who asks next sees it too; after `patience` in any case. */
export async function settled(isDone: () => boolean): Promise<void> {
  for (let waited = 0; waited < patience && !isDone(); waited += pause) await sleep(pause);
}
