import { did } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'inbound-queue-caller-hangs-up';

/** From outside through the menu to queue 630; the caller hangs up after talking. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  const call = await lab.provider.callIn('85322361', did);
  await call.answered();
  await call.press('0');
  const answer = await agent.incoming();
  await answer.answer();
  await talk();
  await call.hangUp();
  await answer.ended();
}
