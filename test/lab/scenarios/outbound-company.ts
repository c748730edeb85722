import type { Stage } from '../stage.ts';
import { joined, talk } from './talk.ts';

export const name = 'outbound-company';

/** The dialplan sends the company's name and number out. */
export const options = {
  extra: {
    'extensions.conf': `[internal](+)
exten => 918782985586,1,Set(CALLERID(all)="Firm" <910111222>)
 same => n,Dial(\${CUT(CHANNEL,/,1)}/\${EXTEN:1}@trunk,10)
 same => n,Hangup()`,
  },
};

/** 800 calls out by hand; then the API connects 800 with the same number. The far side answers, and 800 hangs up. */
export async function run(lab: Stage): Promise<void> {
  const phone = await lab.phone('800');
  lab.provider.behaviour = 'answer';
  const byHand = await phone.call('918782985586');
  await byHand.answered();
  const far = await lab.provider.incoming();
  await talk();
  await byHand.hangUp();
  await far.ended();
  const from = lab.ami.events.length;
  await lab.operator.clickNumber('800', '918782985586');
  const byClick = await phone.incoming();
  await byClick.answer();
  const next = await lab.provider.incoming();
  await joined(lab, 'trunk', from);
  await talk();
  await byClick.hangUp();
  await next.ended();
}
