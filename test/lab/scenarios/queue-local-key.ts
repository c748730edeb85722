import { keyDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { callQueue, customer, localMember, step, taken, talk } from './talk.ts';

export const name = 'queue-local-key';

/** As FreePBX has it, which hangs up by two keys. */
export const options = { extra: { 'features.conf': 'disconnect = **' } };

/** Queue 630 rings a Local channel that rings 801, who hangs up by the feature code ** that the queue looks for. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('801');
  await localMember(lab, '801');
  const call = await callQueue(lab, '630', customer, keyDid);
  const answer = await agent.incoming();
  await taken(lab, answer);
  await talk();
  await answer.press('**');
  await answer.ended();
  await step(lab, lab.places.survey, 'Read');
  await call.hangUp();
}
