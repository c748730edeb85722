import type { Stage } from '../stage.ts';
import { served, talk } from './talk.ts';

export const name = 'queue-transfer-feature';

/** 800 takes a call of queue 630 and hands the caller to 801 with the feature code ##; 801 hangs up. */
export async function run(lab: Stage): Promise<void> {
  const third = await lab.phone('801');
  const { call, answer } = await served(lab);
  await answer.press('##');
  // The caller hears music as soon as 800 is asked for the number.
  await lab.ami.event('MusicOnHoldStart', ({ Channel = '' }) => /\/trunk-|^Local\//.test(Channel), {
    from: lab.ami.events.findLastIndex(({ Event }) => Event === 'AgentConnect'),
  });
  await answer.press('801');
  const next = await third.incoming();
  await answer.ended();
  await next.answer();
  await talk();
  await next.hangUp();
  await call.ended();
}
