import type { Stage } from '../stage.ts';
import { callQueue, served, serveAndHangUp, talk } from './talk.ts';

export const name = 'queue-second-waits';

/** 800 talks to a caller of queue 630 while a second waits; when the first hangs up, 800 is rung for the second, who hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { agent, call, answer } = await served(lab);
  const second = await callQueue(lab, '630', '85322362');
  await lab.ami.event('QueueCallerJoin', ({ CallerIDNum }) => CallerIDNum === '85322362');
  await talk();
  await call.hangUp();
  await answer.ended();
  await serveAndHangUp(agent, second);
}
