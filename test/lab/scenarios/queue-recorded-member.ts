import { quietDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { callQueue, customer, localMember, taken, talk } from './talk.ts';

export const name = 'queue-recorded-member';

/** Every extension is recorded, before it is rung. */
const extensions = `[recorded]
exten => _80X,1,MixMonitor(\${EXTEN}-\${UNIQUEID}.wav,b)
 same => n,Dial(\${COOCENTER_TECH}/\${EXTEN},20,tk)
`;

export const options = { dialplan: 'kit', extra: { 'extensions.conf': extensions } } as const;

/** Queue 630 rings 800 and 801 by Local channels behind which the dialplan records each; 801 answers, the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const [other, agent] = [await lab.phone('800'), await lab.phone('801')];
  await localMember(lab, '800', undefined, 'recorded');
  await localMember(lab, '801', undefined, 'recorded');
  const call = await callQueue(lab, '630', customer, quietDid);
  const ringing = await other.incoming();
  const answer = await agent.incoming();
  await taken(lab, answer);
  await ringing.ended();
  await talk();
  await call.hangUp();
  await answer.ended();
}
