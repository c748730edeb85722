import { directDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { localMember, taken, talk } from './talk.ts';

export const name = 'queue-local-answered';

/** As FreePBX has it: queue 630 rings a Local channel that rings 801, whose hint tells its state; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('801');
  await localMember(lab, '801');
  const call = await lab.provider.callIn('85322361', `${directDid}630`);
  const answer = await agent.incoming();
  await taken(lab, answer);
  await talk();
  await call.hangUp();
  await answer.ended();
}
