import { did } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'inbound-menu-queue';

/** From outside through the menu to queue 630; the agent hangs up; the caller gives a score. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  const call = await lab.provider.callIn('85322361', did);
  await call.answered();
  await call.press('0');
  const answer = await agent.incoming();
  await talk();
  await answer.answer();
  await talk();
  await answer.hangUp();
  // The survey listens once its prompt plays.
  await talk();
  await call.press('5');
  await call.ended();
}
