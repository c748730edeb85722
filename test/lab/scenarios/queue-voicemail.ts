import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { callQueue, step } from './talk.ts';

export const name = 'queue-voicemail';

/** Nobody is logged in to queue 636; when the time is up the caller leaves a message and presses #. */
export async function run(lab: Stage): Promise<void> {
  const call = await callQueue(lab, '636');
  await step(lab, lab.places.voicemail, 'VoiceMail');
  await lab.ami.event('TestEvent', ({ State, Message }) => State === 'PLAYBACK' && Message === 'beep');
  // The caller's audio is a tone, which is speech enough.
  await sleep(1_500);
  await call.press('#');
  await call.ended();
}
