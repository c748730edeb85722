import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { illNames, refuseOne, sufferAll } from '../receiver.ts';
import { settleAndCompare } from '../settle.ts';
import { withFaults } from '../stage.ts';

void t.test('a receiver for each ill, for a minute and a half, and one that is well', async (t) => {
  await withFaults(t, '22-pjsip', { seed: 112, receivers: illNames }, async (stage) => {
    await sufferAll(stage, 90_000);
    await sleep(1_000);
    // A receiver that was down for so long is looked at again within the minute, an event of its own in two.
    await settleAndCompare(t, stage, { silence: 180_000 });
  });
});

void t.test('one event is always refused', async (t) => {
  await withFaults(t, '22-pjsip', { seed: 113 }, (stage) => refuseOne(t, stage, 3, 60_000));
});
