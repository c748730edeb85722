import type { Stage } from '../stage.ts';

export const name = 'queue-agent';

/** 800 logs in to queue 630, pauses, is ready again, logs out. */
export async function run(lab: Stage): Promise<void> {
  await lab.phone('800');
  await lab.operator.login('800', '630');
  await lab.operator.pause('800', '630', 'on');
  await lab.operator.pause('800', '630', 'off');
  await lab.operator.logout('800', '630');
  await lab.ami.event('QueueMemberRemoved');
}
