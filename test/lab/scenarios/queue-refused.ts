import { directDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';

export const name = 'queue-refused';

/** From outside to queue 631, which nobody may join without agents. */
export async function run(lab: Stage): Promise<void> {
  const call = await lab.provider.callIn('85322361', `${directDid}631`);
  await call.ended();
}
