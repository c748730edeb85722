import { directDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { taken, talk } from './talk.ts';

export const name = 'queue-rung-again';

/** From outside to queue 630: 800 refuses, is rung again, answers; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  const call = await lab.provider.callIn('85322361', `${directDid}630`);
  const refused = await agent.incoming();
  // A refusal within a millisecond can leave chan_sip's phone ringing for the queue, which then rings it no more.
  await talk();
  refused.reject();
  const again = await agent.incoming();
  await taken(lab, again);
  await talk();
  await call.hangUp();
  await again.ended();
}
