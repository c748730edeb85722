import t from 'tap';
import { killOften } from './kills.ts';
import { withFaults } from './stage.ts';

void t.test('kill -9 of the daemon at random moments', async (t) => {
  await withFaults(t, '22-pjsip', { seed: 21 }, (stage) => killOften(t, stage, 5, false));
});

void t.test('kill -9, and the last write is torn', async (t) => {
  await withFaults(t, '16-sip', { seed: 22 }, (stage) => killOften(t, stage, 3, true));
});
