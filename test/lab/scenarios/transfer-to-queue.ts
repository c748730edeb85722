import { directDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { taken, talk } from './talk.ts';

export const name = 'transfer-to-queue';

/** A call from outside to 802, who hands the caller to queue 630 (REFER), where 801 answers; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const callee = await lab.phone('802');
  const agent = await lab.phone('801');
  await lab.operator.login('801', '630');
  const call = await lab.provider.callIn('85322361', `${directDid}802`);
  const first = await callee.incoming();
  await first.answer();
  await call.answered();
  await talk();
  await first.refer('630');
  const next = await agent.incoming();
  await taken(lab, next);
  await first.hangUp();
  await talk();
  await call.hangUp();
  await next.ended();
}
