import t from 'tap';
import { killOften } from '../kills.ts';
import { withFaults } from '../stage.ts';

void t.test('kill -9 of the daemon 50 times at random moments', async (t) => {
  await withFaults(t, '16-sip', { seed: 1621 }, (stage) => killOften(t, stage, 50, false));
});

void t.test('kill -9 50 times, and the last write is torn', async (t) => {
  await withFaults(t, '16-sip', { seed: 1622 }, (stage) => killOften(t, stage, 50, true));
});
