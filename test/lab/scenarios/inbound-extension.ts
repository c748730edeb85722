import { directDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'inbound-extension';

/** A call from outside to the direct number of 801; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const callee = await lab.phone('801');
  const call = await lab.provider.callIn('18782985586', `${directDid}801`);
  const answer = await callee.incoming();
  await answer.answer();
  await call.answered();
  await talk();
  await call.hangUp();
  await answer.ended();
}
