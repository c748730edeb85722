import type { Stage } from '../stage.ts';
import { inMenu, talk } from './talk.ts';

export const name = 'menu-extension';

/** A caller chooses extension 800 in the menu (key 8), who answers and hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  const call = await inMenu(lab);
  await call.press('8');
  const answer = await agent.incoming();
  await answer.answer();
  await talk();
  await answer.hangUp();
  await call.ended();
}
