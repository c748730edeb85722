import type { Stage } from '../stage.ts';
import { answers, served, talk } from './talk.ts';

export const name = 'queue-transfer-atxfer';

/** 800 takes a call of queue 630, AMI Atxfer lets 800 ask 801, and 800 hangs up; the caller talks to 801 and hangs up. */
export async function run(lab: Stage): Promise<void> {
  const third = await lab.phone('801');
  const { call, answer } = await served(lab);
  const { items } = await lab.ami.action('CoreShowChannels');
  const own = items.find((item) => item['Channel']?.includes('/800-'))?.['Channel'] ?? '';
  await lab.ami.action('Atxfer', { Channel: own, Context: lab.places.transfers, Exten: '801' });
  const next = await third.incoming();
  await answers(lab, '801', next);
  await talk();
  await answer.hangUp();
  await lab.ami.event('AttendedTransfer');
  await talk();
  await call.hangUp();
  await next.ended();
}
