import type { Stage } from '../stage.ts';
import { bridged, callQueue, talk } from './talk.ts';

export const name = 'queue-forwarded-outside';

/** Where the phone of a member is forwarded to the outside; each set-up has one of the two channel drivers. */
export const options = {
  extra: { 'extensions.conf': '[forwarded]\nexten => 801,1,Dial(SIP/18782985586@trunk&PJSIP/18782985586@trunk,10)' },
};

/** Queue 630 rings 801, whose calls go to a number outside; it answers, and the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  await lab.phone('801');
  lab.provider.behaviour = 'answer';
  await lab.ami.action('QueueAdd', {
    Queue: '630',
    Interface: 'Local/801@forwarded/n',
    MemberName: 'Agent 801',
    StateInterface: `hint:801@${lab.places.hints}`,
  });
  const from = lab.ami.events.length;
  const call = await callQueue(lab, '630');
  const far = await lab.provider.incoming();
  await bridged(lab, from);
  await talk();
  await call.hangUp();
  await far.ended();
}
