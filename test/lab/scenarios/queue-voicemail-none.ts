import type { Stage } from '../stage.ts';
import { callQueue, step, talk } from './talk.ts';

export const name = 'queue-voicemail-none';

/** Nobody is logged in to queue 636; when the time is up the caller hears the greeting of the mailbox and hangs up. */
export async function run(lab: Stage): Promise<void> {
  const call = await callQueue(lab, '636');
  await step(lab, lab.places.voicemail, 'VoiceMail');
  await talk();
  await call.hangUp();
}
