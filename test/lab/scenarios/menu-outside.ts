import type { Stage } from '../stage.ts';
import { inMenu, joined, talk } from './talk.ts';

export const name = 'menu-outside';

/** The key 7 of the menu leads to a number outside. */
export const options = {
  extra: {
    'extensions.conf': `[ivr-610](+)
exten => 7,1,Goto(outside,7,1)
[outside]
exten => 7,1,Dial(\${CUT(CHANNEL,/,1)}/18782985586@trunk,10)`,
  },
};

/** A caller chooses key 7 in the menu; the number outside answers, and the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  lab.provider.behaviour = 'answer';
  const call = await inMenu(lab);
  const from = lab.ami.events.length;
  await call.press('7');
  const far = await lab.provider.incoming();
  await joined(lab, 'trunk', from);
  await talk();
  await call.hangUp();
  await far.ended();
}
