import { directDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';

export const name = 'queue-autopause';

/** An agent of queue 631 does not answer and is paused by Asterisk. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('801');
  await lab.operator.login('801', '631');
  const call = await lab.provider.callIn('85322361', `${directDid}631`);
  await call.answered();
  const ring = await agent.incoming();
  await ring.ended();
  await call.ended();
}
