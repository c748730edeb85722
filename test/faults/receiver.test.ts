import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { illNames, sufferAll } from './receiver.ts';
import { settleAndCompare } from './settle.ts';
import { withFaults } from './stage.ts';

void t.test('a receiver for each ill, and one that is well', async (t) => {
  await withFaults(t, '22-pjsip', { seed: 12, receivers: illNames }, async (stage) => {
    await sufferAll(stage, 9_000);
    await sleep(1_000);
    await settleAndCompare(t, stage, { silence: 60_000 });
  });
});
