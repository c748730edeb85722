import { directDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { localMember, talk } from './talk.ts';

export const name = 'queue-local-abandoned';

/** As FreePBX has it, its state told by the phone itself: queue 630 rings 801 through a Local channel; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('801');
  await localMember(lab, '801', `${lab.asterisk.tech}/801`);
  const call = await lab.provider.callIn('85322361', `${directDid}630`);
  const answer = await agent.incoming();
  await talk();
  await call.hangUp();
  await answer.ended();
}
