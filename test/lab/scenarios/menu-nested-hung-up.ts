import type { Stage } from '../stage.ts';
import { inMenu, step, talk } from './talk.ts';

export const name = 'menu-nested-hung-up';

/** A caller goes through menu 610 (key 3) into menu 620 and hangs up there. */
export async function run(lab: Stage): Promise<void> {
  const call = await inMenu(lab);
  await call.press('3');
  await step(lab, 'ivr-620', 'BackGround');
  await talk();
  await call.hangUp();
}
