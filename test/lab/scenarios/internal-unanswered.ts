import type { Stage } from '../stage.ts';

export const name = 'internal-unanswered';

/** 800 calls 801, which rings until the dialplan gives up. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const ring = await callee.incoming();
  await ring.ended();
  await call.ended();
}
