import type { Stage } from '../stage.ts';
import { inMenu, serveAndHangUp, step } from './talk.ts';

export const name = 'menu-nested';

/** A caller goes through menu 610 (key 3) and menu 620 (key 0) to queue 630, where 800 answers; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  const call = await inMenu(lab);
  await call.press('3');
  await step(lab, 'ivr-620', 'BackGround');
  await call.press('0');
  await serveAndHangUp(agent, call);
}
