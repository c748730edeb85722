import type { AsteriskOptions } from './asterisk.ts';
import { passwordOf } from './extensions.ts';
import type { Setup } from './setup.ts';
import { techOf } from './setup.ts';

/** The second phone of extension 800, registered under a name of its own. */
export const softphone = 'web800';

/** The endpoint or peer of the softphone. */
function endpoint(setup: Setup): Readonly<Record<string, string>> {
  const password = passwordOf(softphone);
  if (techOf(setup) === 'SIP') {
    return { 'sip.conf': `[${softphone}](phone)\nsecret = ${password}\ncallerid = Agent 800 <800>` };
  }
  const pjsip = `[${softphone}](phone)
auth = ${softphone}
aors = ${softphone}
callerid = Agent 800 <800>
[${softphone}]
type = auth
auth_type = userpass
username = ${softphone}
password = ${password}
[${softphone}]
type = aor
max_contacts = 2
remove_existing = no`;
  return { 'pjsip.conf': pjsip };
}

/**
 * An extension with a deskphone and a softphone, as FreePBX has it: the hint of 800 watches both, and a state that is set
 * by hand; whoever dials 800 rings both. Another context has an older hint of it.
 */
export function twoPhones(setup: Setup): AsteriskOptions {
  const tech = techOf(setup);
  const both = `${tech}/800&${tech}/${softphone}`;
  return {
    ringSeconds: 10,
    extra: {
      ...endpoint(setup),
      'extensions.conf': `[internal](+)
exten => 800,hint,${both}&Custom:DND800
[globals](+)
COOCENTER_PHONE_800 = ${both}`,
    },
  };
}
