import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { settleAndCompare } from './settle.ts';
import { withFaults } from './stage.ts';

void t.test('the receiver is down for the whole run, then up', async (t) => {
  await withFaults(t, '22-pjsip', { seed: 11 }, async (stage) => {
    await stage.receiver.down();
    stage.traffic.start();
    await sleep(12_000);
    await stage.traffic.stop();
    await stage.receiver.up();
    await settleAndCompare(t, stage);
  });
});
