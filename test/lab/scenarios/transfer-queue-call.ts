import { directDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { taken, talk } from './talk.ts';

export const name = 'transfer-queue-call';

/** 800 takes a call of queue 630 and the API hands the caller to 801, who hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  const third = await lab.phone('801');
  await lab.operator.login('800', '630');
  const call = await lab.provider.callIn('85322361', `${directDid}630`);
  const answer = await agent.incoming();
  await taken(lab, answer);
  await talk();
  await lab.operator.transfer('800', '801');
  await answer.ended();
  const next = await third.incoming();
  await next.answer();
  await talk();
  await next.hangUp();
  await call.ended();
}
