import t from 'tap';
import { cutOften, endAsterisk, reloadOften } from '../cuts.ts';
import { withFaults } from '../stage.ts';

void t.test('the connection to Asterisk is cut 50 times at random moments', async (t) => {
  await withFaults(t, '22-pjsip', { seed: 2231 }, (stage) => cutOften(t, stage, 50));
});

void t.test('Asterisk is stopped and killed, four times each, with calls running', async (t) => {
  await withFaults(t, '22-pjsip', { seed: 2232 }, (stage) => endAsterisk(t, stage, 8));
});

void t.test('the queues are reloaded 25 times with calls running', async (t) => {
  await withFaults(t, '22-pjsip', { seed: 2233 }, (stage) => reloadOften(t, stage, 25));
});
