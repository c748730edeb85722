import { directDid, hiddenDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'caller-unknown';

/** A caller who hides number and name, then one whose name is `<unknown>`, call 801 and hang up while it rings. */
export async function run(lab: Stage): Promise<void> {
  const callee = await lab.phone('801');
  for (const [number, name, did] of [
    ['anonymous', 'Anonymous', hiddenDid],
    ['85322361', '<unknown>', directDid],
  ] as const) {
    const call = await lab.provider.callIn(number, `${did}801`, name);
    const ring = await callee.incoming();
    await call.ringing();
    await talk();
    await call.hangUp();
    await ring.ended();
  }
}
