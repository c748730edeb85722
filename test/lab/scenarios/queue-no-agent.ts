import { directDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'queue-no-agent';

/** From outside to queue 630 without agents; the caller hangs up while waiting. */
export async function run(lab: Stage): Promise<void> {
  const call = await lab.provider.callIn('85322361', `${directDid}630`);
  await call.answered();
  await lab.ami.event('QueueCallerJoin');
  await talk();
  await call.hangUp();
}
