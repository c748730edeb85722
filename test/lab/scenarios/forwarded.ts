import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'forwarded';

/** 800 calls 801, whose phone forwards to 803 (302); 803 answers, 800 hangs up. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const away = await lab.phone('801');
  const stand = await lab.phone('803');
  const call = await caller.call('801');
  (await away.incoming()).redirect('803');
  const answer = await stand.incoming();
  await answer.answer();
  await call.answered();
  await talk();
  await call.hangUp();
  await answer.ended();
}
