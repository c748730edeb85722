import type { Stage } from '../stage.ts';
import { answers, conversation, talk } from './talk.ts';

export const name = 'transfer-by-atxfer';

/** 800 talks to 801, AMI Atxfer lets 800 ask 802, and 800 hangs up: 801 talks to 802. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await conversation(lab);
  const third = await lab.phone('802');
  const { items } = await lab.ami.action('CoreShowChannels');
  const own = items.find((item) => item['Channel']?.includes('/800-'))?.['Channel'] ?? '';
  await lab.ami.action('Atxfer', { Channel: own, Context: lab.places.transfers, Exten: '802' });
  const next = await third.incoming();
  await answers(lab, '802', next);
  await talk();
  await call.hangUp();
  await lab.ami.event('AttendedTransfer');
  await talk();
  await next.hangUp();
  await answer.ended();
}
