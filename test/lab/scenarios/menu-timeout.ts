import type { Stage } from '../stage.ts';
import { inMenu, step } from './talk.ts';

export const name = 'menu-timeout';

/** A caller presses no key: the menu is played twice, and the call ends. */
export async function run(lab: Stage): Promise<void> {
  const call = await inMenu(lab);
  await step(lab, 'ivr-610', 'BackGround', 2);
  await call.ended();
}
