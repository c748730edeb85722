import type { Stage } from '../stage.ts';
import { serveAndHangUp } from './talk.ts';

export const name = 'recorded-by-name';

/** A DID that rings 801 and names the recording after the caller. */
export const options = {
  extra: {
    'extensions.conf': `[did](+)
exten => 656801,1,MixMonitor(\${CALLERID(name)}-\${UNIQUEID}.wav,b)
 same => n,Dial(\${COOCENTER_TECH}/801,4)
 same => n,Hangup()`,
  },
};

/** A caller from outside whose name has what Asterisk escapes calls 801 and hangs up. */
export async function run(lab: Stage): Promise<void> {
  const callee = await lab.phone('801');
  const call = await lab.provider.callIn('18782985586', '656801', `O'Brien "Bob" ?`);
  await serveAndHangUp(callee, call);
}
