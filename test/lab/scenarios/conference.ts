import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'conference';

/** 800, 801 and 802 meet in the conference 680 and leave one by one. */
export async function run(lab: Stage): Promise<void> {
  const calls = [];
  for (const exten of ['800', '801', '802']) {
    const call = await (await lab.phone(exten)).call('680');
    await call.answered();
    calls.push(call);
  }
  await talk();
  for (const call of calls) await call.hangUp();
}
