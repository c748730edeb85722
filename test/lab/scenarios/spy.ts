import type { Stage } from '../stage.ts';
import { conversation, talk } from './talk.ts';

export const name = 'spy';

/** 800 talks to 801, and 802 listens. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await conversation(lab);
  const listener = await lab.phone('802');
  await lab.operator.spy('802', '801');
  const spy = await listener.incoming();
  await spy.answer();
  await lab.ami.event('ChanSpyStart');
  await talk();
  await call.hangUp();
  await answer.ended();
  await spy.hangUp();
}
