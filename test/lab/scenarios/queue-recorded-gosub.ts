import { quietDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { served } from './talk.ts';

export const name = 'queue-recorded-gosub';

/** Queue 630 runs a subroutine on the phone that answers. */
const files = {
  'queues.conf': '[630](+)\nmembergosub = record-member',
  'extensions.conf': `[record-member]
exten => s,1,MixMonitor(member-\${UNIQUEID}.wav,b)
 same => n,Return()
`,
};

export const options = { dialplan: 'kit', extra: files } as const;

/** 800 takes a call of queue 630, whose conversation is recorded on 800's phone by a subroutine; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await served(lab, '630', quietDid);
  await call.hangUp();
  await answer.ended();
}
