import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { settleAndCompare } from './settle.ts';
import type { Stage } from './stage.ts';
import { anotherDaemon, launch, pause } from './stage.ts';
import { tear } from './wal.ts';

/** Kills it again while it starts, a few times at random moments. */
async function startUnluckily(stage: Stage): Promise<void> {
  const { daemon, roll } = stage;
  for (let more = roll(3); more > 0; more--) {
    await launch(stage);
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
      if (isTorn) lost.push(tear(join(daemon.dir, 'data/records.db'), roll));
      if (kills % 4 === 1) await startUnluckily(stage);
    };
    await anotherDaemon(stage, () => daemon.kill(), meanwhile);
    await pause(roll, 0, 2_000);
  }
  if (isTorn) t.comment(`bytes cut off the log: ${lost.join(' ')}`);
  await settleAndCompare(t, stage, { otherBodies: isTorn });
}
