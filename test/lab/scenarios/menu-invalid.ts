import type { Stage } from '../stage.ts';
import { inMenu, serveAndHangUp, step } from './talk.ts';

export const name = 'menu-invalid';

/** A caller presses 9, which leads nowhere; the menu is played again, and 0 leads to queue 630, where 800 answers; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  const call = await inMenu(lab);
  await call.press('9');
  await step(lab, 'ivr-610', 'BackGround', 2);
  await call.press('0');
  await serveAndHangUp(agent, call);
}
