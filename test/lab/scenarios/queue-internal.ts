import type { Stage } from '../stage.ts';
import { serveAndHangUp } from './talk.ts';

export const name = 'queue-internal';

/** 802 calls queue 630, 800 answers, 802 hangs up. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('802');
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  const call = await caller.call('630');
  await call.answered();
  await serveAndHangUp(agent, call);
}
