import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'transfer-by-atxfer';

/** 800 talks to 801, AMI Atxfer lets 800 ask 802, and 800 hangs up: 801 talks to 802. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const answer = await callee.incoming();
  await answer.answer();
  await call.answered();
  await talk();
  const third = await lab.phone('802');
  const { items } = await lab.ami.action('CoreShowChannels');
  const own = items.find((item) => item['Channel']?.includes('/800-'))?.['Channel'] ?? '';
  await lab.ami.action('Atxfer', { Channel: own, Context: 'internal', Exten: '802' });
  const next = await third.incoming();
  await next.answer();
  await talk();
  await call.hangUp();
  await talk();
  await next.hangUp();
  await answer.ended();
}
