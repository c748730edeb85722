import type { Stage } from '../stage.ts';
import { answers, conversation, talk } from './talk.ts';

export const name = 'transfer-twice';

/** 800 talks to 801; the API hands 801 to 803, and 803 hands 801 to 804, who hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { answer } = await conversation(lab);
  const [third, fourth] = [await lab.phone('803'), await lab.phone('804')];
  await lab.operator.transfer('800', '803');
  const second = await third.incoming();
  await answers(lab, '803', second);
  await talk();
  await lab.operator.transfer('803', '804');
  const last = await fourth.incoming();
  await second.ended();
  await last.answer();
  await talk();
  await last.hangUp();
  await answer.ended();
}
