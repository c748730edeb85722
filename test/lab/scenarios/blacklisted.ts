import { did } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { customer } from './talk.ts';

export const name = 'blacklisted';

/** A caller who is on the blacklist hears an announcement and is hung up on. */
export async function run(lab: Stage): Promise<void> {
  await lab.ami.action('DBPut', { Family: 'blacklist', Key: customer, Val: '1' });
  const call = await lab.provider.callIn(customer, did);
  await call.ended();
}
