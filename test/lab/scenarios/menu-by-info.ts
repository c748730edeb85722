import type { Stage } from '../stage.ts';
import { inMenu, serveAndHangUp } from './talk.ts';

export const name = 'menu-by-info';

/** A caller whose phone sends keys by INFO chooses queue 630 in the menu, where 800 answers; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  const call = await inMenu(lab);
  await call.pressByInfo('0');
  await serveAndHangUp(agent, call);
}
