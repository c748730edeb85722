import { directDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { taken, talk } from './talk.ts';

export const name = 'queue-ringall';

/** From outside to queue 630 with two agents: both ring, 801 answers, the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agents = [await lab.phone('800'), await lab.phone('801')] as const;
  await lab.operator.login('800', '630');
  await lab.operator.login('801', '630');
  const call = await lab.provider.callIn('85322361', `${directDid}630`);
  const [left, answer] = [await agents[0].incoming(), await agents[1].incoming()];
  await taken(lab, answer);
  await left.ended();
  await talk();
  await call.hangUp();
  await answer.ended();
}
