import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { refuseOne, sufferAll } from './receiver.ts';
import { settleAndCompare } from './settle.ts';
import { withFaults } from './stage.ts';

void t.test('the receiver has every ill, one after the other', async (t) => {
  await withFaults(t, '22-pjsip', { seed: 12 }, async (stage) => {
    stage.traffic.start();
    await sleep(500);
    await sufferAll(stage, 1_500);
    await settleAndCompare(t, stage);
  });
});

void t.test('one event is refused again and again', async (t) => {
  await withFaults(t, '22-pjsip', { seed: 13 }, async (stage) => {
    await refuseOne(t, stage, 2, 8_000);
  });
});
