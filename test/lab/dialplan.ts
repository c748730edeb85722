import { join } from 'node:path';
import type { ConfOptions } from './conf.ts';
import { included } from './kit.ts';
import { techOf } from './setup.ts';

/** The number that callers of the menu dial. */
export const did = '123456';

/** Put before an extension or a queue, it makes a DID that rings it directly (`654801`, `654630`). */
export const directDid = '654';

/** The same for a caller who hides number and name. */
export const hiddenDid = '655';

/** A queue's own number, where both sides may hang up by the feature code `*` (options h and H). */
export const keyDid = '656';

/** A queue's own number, whose conversations are not recorded where the caller is. */
export const quietDid = '657';

/** The settings of the dialplan kit that the lab has otherwise, in `[globals]`. */
function settingsOf({ setup, dir, ringSeconds }: ConfOptions): Readonly<Record<string, string | number>> {
  const tech = techOf(setup);
  return {
    COOCENTER_TECH: tech,
    COOCENTER_PHONES: '_80[0-5]',
    COOCENTER_RING: ringSeconds,
    COOCENTER_TRUNK: tech === 'SIP' ? 'SIP/trunk/NUMBER' : 'PJSIP/NUMBER@trunk',
    COOCENTER_RING_OUTSIDE: 30,
    COOCENTER_PROMPTS: join(dir, 'prompts'),
    COOCENTER_MENU_WAIT: 3,
    COOCENTER_MENU_610_2: 'queues,632,1',
    COOCENTER_MENU_610_8: 'internal,800,1',
    COOCENTER_QUEUES: '_63[0-6]',
    COOCENTER_TIMEOUT: 30,
    COOCENTER_TIMEOUT_633: 3,
    COOCENTER_TIMEOUT_634: 3,
    COOCENTER_TIMEOUT_635: 3,
    COOCENTER_TIMEOUT_636: 3,
    COOCENTER_OVERFLOW_635: 630,
    COOCENTER_MAILBOX_636: 636,
    COOCENTER_SURVEY_WAIT: 3,
  };
}

/**
 * extensions.conf: the dialplan kit with the lab's settings, and what only tests need. In `internal`, 690 rings two, 680
 * is a conference, calls to 802 are recorded, `*55` listens. In `did`, extensions and queues have numbers of their own.
 * An extension's hint is in `hints`: 806 has a hint and no phone, 803 the reverse.
 */
export function extensionsConf(options: ConfOptions): string {
  const tech = techOf(options.setup);
  const settings = Object.entries(settingsOf(options)).map(([name, value]) => `${name} = ${value}`);
  const hints = ['800', '801', '802', '804', '805', '806'].map((name) => `exten => ${name},hint,${tech}/${name}`);
  return `[general]
static = yes
writeprotect = yes
clearglobalvars = yes

[globals]
${included('extensions-coocenter.conf')}
[globals](+)
${settings.join('\n')}

[hints](+)
${hints.join('\n')}

[internal](+)
include => spy
exten => 802,1,NoOp(recorded)
 same => n,MixMonitor(\${EXTEN}-\${UNIQUEID}.wav,b)
 same => n,Dial(${tech}/\${EXTEN},\${COOCENTER_RING},tTkK)
 same => n,Hangup()
exten => 690,1,Dial(${tech}/801&${tech}/802,2,tTkK)
 same => n,Hangup()
exten => 680,1,ConfBridge(680)
 same => n,Hangup()

[did](+)
exten => _${directDid}80[0-5],1,Goto(internal,\${EXTEN:3},1)
exten => _${hiddenDid}X.,1,Set(CALLERID(num-valid)=0)
 same => n,Set(CALLERID(name-valid)=0)
 same => n,Goto(internal,\${EXTEN:3},1)
exten => _${directDid}63[0-6],1,Goto(queues,\${EXTEN:3},1)
exten => _${quietDid}63[0-6],1,Set(COOCENTER_RECORD=no)
 same => n,Goto(queues,\${EXTEN:3},1)
exten => _${keyDid}63[0-6],1,Set(COOCENTER_CALLER=hH)
 same => n,Goto(queues,\${EXTEN:3},1)
`;
}
