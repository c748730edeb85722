import type { Stage } from '../stage.ts';
import { eventually } from '../within.ts';
import { callQueue } from './talk.ts';

export const name = 'queue-phone-busy';

/** Queue 630 calls 800, whose phone refuses without ringing, and again a second later; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  agent.behaviour = 486;
  const call = await callQueue(lab, '630');
  for (let time = 0; time < 2; time++) await (await agent.incoming()).ended();
  // A hang-up that overtakes the refusal on its way to Asterisk would be what ends the second ringing.
  const isOver = (): boolean => {
    const named = (name: string): string[] =>
      lab.ami.events.flatMap(({ Event, Channel = '' }) => (Event === name ? [Channel] : []));
    const [begun, ended] = [named('Newchannel'), named('Hangup')];
    return begun.filter((channel) => channel.includes('/800-')).length === 2 && begun.length - ended.length === 1;
  };
  await eventually('both ringings are over', isOver);
  await call.hangUp();
}
