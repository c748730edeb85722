import t from 'tap';
import { cutOften, endAsterisk } from './cuts.ts';
import { withFaults } from './stage.ts';

void t.test('the connection to Asterisk is cut at random moments', async (t) => {
  await withFaults(t, '16-sip', { seed: 31 }, (stage) => cutOften(t, stage, 4));
});

void t.test('Asterisk is stopped, then killed, with calls running', async (t) => {
  await withFaults(t, '22-pjsip', { seed: 32 }, (stage) => endAsterisk(t, stage, 2));
});
