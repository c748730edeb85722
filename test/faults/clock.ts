import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Test } from 'tap';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import type { Setup } from '../lab/setup.ts';
import { settleAndCompare } from './settle.ts';
import type { Stage } from './stage.ts';
import { anotherDaemon, pause, withFaults } from './stage.ts';

const hour = 3_600_000;
/** Where the clock stands after each step, against Asterisk's. */
const steps = [hour, 0, -hour, hour, -hour];

/**
 * The daemon's clock is stepped forward and back by an hour with calls running, Asterisk's is not; in some places the
 * daemon is killed or its connection cut.
 */
export async function stepClock(t: Test, setup: Setup, seed: number, rounds: number): Promise<void> {
  const temp = makeTemp();
  const file = join(temp, 'offset');
  writeFileSync(file, '0');
  const preload = pathToFileURL(join(import.meta.dirname, 'shifted-clock.ts'));
  preload.searchParams.set('file', file);
  const step = ({ daemon }: Stage, offset: number): void => {
    writeFileSync(file, String(offset));
    if (daemon.pid !== undefined) process.kill(daemon.pid, 'SIGUSR2');
  };
  try {
    const options = { seed, daemon: { nodeArguments: [`--import=${preload.href}`] } };
    await withFaults(t, setup, options, async (stage) => {
      const { traffic, daemon, roll } = stage;
      traffic.start();
      for (const [at, offset] of Array.from({ length: rounds }, () => steps)
        .flat()
        .entries()) {
        await pause(roll, 800, 2_000);
        step(stage, offset);
        await pause(roll, 300, 1_500);
        if (at % 3 === 1) await anotherDaemon(stage, () => daemon.kill());
        else if (at % 3 === 2) await cutBriefly(stage);
      }
      await settleAndCompare(t, stage);
    });
  } finally {
    removeTemp(temp);
  }
}

async function cutBriefly({ proxy, daemon, away, roll }: Stage): Promise<void> {
  away.begin();
  await proxy.cut();
  await pause(roll, 300, 1_500);
  await proxy.mend();
  await daemon.ready();
  away.end();
}
