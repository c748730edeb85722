import type { Stage } from '../stage.ts';
import { callQueue, ringsLong, talk } from './talk.ts';

export const name = 'queue-rejected';

/** On a busy machine the second ring comes late. */
export const options = {
  extra: { ...ringsLong('633').extra, 'extensions.conf': '[globals](+)\nCOOCENTER_TIMEOUT_633 = 8\nVQ_MAXWAIT = 8' },
};

/** Queue 633 rings 800, who refuses, and again, having paused; then the time of the caller is up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '633');
  const call = await callQueue(lab, '633');
  const ring = await agent.incoming();
  // A refusal within a millisecond can leave chan_sip's phone ringing for the queue, which then rings it no more.
  await talk();
  ring.reject();
  const again = await agent.incoming();
  // Else there may be a third ring before the time is up, or not.
  await lab.operator.pause('800', '633', 'on');
  again.reject();
  await call.ended();
}
