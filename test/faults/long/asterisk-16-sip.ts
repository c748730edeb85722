import t from 'tap';
import { cutOften, endAsterisk } from '../cuts.ts';
import { withFaults } from '../stage.ts';

void t.test('the connection to Asterisk is cut 50 times at random moments', async (t) => {
  await withFaults(t, '16-sip', { seed: 1631 }, (stage) => cutOften(t, stage, 50));
});

void t.test('Asterisk is stopped and killed, four times each, with calls running', async (t) => {
  await withFaults(t, '16-sip', { seed: 1632 }, (stage) => endAsterisk(t, stage, 8));
});
