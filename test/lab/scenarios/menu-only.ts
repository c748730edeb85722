import { did } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'menu-only';

/** A caller from outside hangs up in the menu. */
export async function run(lab: Stage): Promise<void> {
  const call = await lab.provider.callIn('85322361', did);
  await call.answered();
  await talk();
  await call.hangUp();
}
