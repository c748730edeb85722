import { directDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'caller-name';

/** A caller from outside whose name has letters of other alphabets, quotes and a comma. */
export const callerName = 'Zoë "Z" O’Neil, 李四 <a&b>';

/** That caller calls 801 and hangs up. */
export async function run(lab: Stage): Promise<void> {
  const callee = await lab.phone('801');
  const call = await lab.provider.callIn('18782985586', `${directDid}801`, callerName);
  const answer = await callee.incoming();
  await answer.answer();
  await call.answered();
  await talk();
  await call.hangUp();
  await answer.ended();
}
