import { existsSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { settleAndCompare } from './settle.ts';
import type { Stage } from './stage.ts';
import { anotherDaemon, pause } from './stage.ts';

/** Cuts the store's log off at a random byte, as when the power goes in the middle of a write. Returns the bytes lost. */
function tear({ daemon, roll }: Stage): number {
  const file = join(daemon.dir, 'data/records.db-wal');
  if (!existsSync(file)) return 0;
  const { size } = statSync(file);
  const left = roll(size + 1);
  truncateSync(file, left);
  return size - left;
}

/** Kills it again while it starts, a few times at random moments. */
async function startUnluckily({ daemon, roll }: Stage): Promise<void> {
  for (let more = roll(3); more > 0; more--) {
    await daemon.launch();
    await sleep(roll(700));
    await daemon.kill();
  }
}

/** `kill -9` of the daemon, so many times at random moments under load, also while it starts. */
export async function killOften(t: Test, stage: Stage, times: number, isTorn: boolean): Promise<void> {
  const { traffic, daemon, roll } = stage;
  traffic.start();
  await sleep(2_000);
  const lost: number[] = [];
  for (let kills = 0; kills < times; kills++) {
    const meanwhile = async (): Promise<void> => {
      if (isTorn) lost.push(tear(stage));
      if (kills % 4 === 1) await startUnluckily(stage);
    };
    await anotherDaemon(stage, () => daemon.kill(), meanwhile);
    await pause(roll, 0, 2_000);
  }
  if (isTorn) t.comment(`bytes cut off the log: ${lost.join(' ')}`);
  await settleAndCompare(t, stage, { otherBodies: isTorn });
}
