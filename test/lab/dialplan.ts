import { join } from 'node:path';
import type { ConfOptions } from './conf.ts';
import { techOf } from './setup.ts';

/** The number that callers of the menu dial. */
export const did = '123456';

/** Put before an extension or a queue, it makes a DID that rings it directly (`654801`, `654630`). */
export const directDid = '654';

/** The same for a caller who hides number and name. */
export const hiddenDid = '655';

/**
 * extensions.conf. Contexts: `internal` (phones; 690 rings two, 680 is a conference, 700 parks, `*8` picks up, `9` goes
 * out), `outbound`, `from-trunk` (DIDs), the menus `ivr-610`
 * and `ivr-620`, `queues`, `feedback`. An extension's hint is in `hints`: 806 has a hint and no phone, 803 the reverse.
 */
export function extensionsConf({ setup, dir, ringSeconds }: ConfOptions): string {
  const tech = techOf(setup);
  const trunk = tech === 'SIP' ? 'SIP/trunk/${EXTEN}' : 'PJSIP/${EXTEN}@trunk';
  const hints = ['800', '801', '802', '804', '805', '806'].map((name) => `exten => ${name},hint,${tech}/${name}`);
  return `[general]
static = yes
writeprotect = yes
clearglobalvars = yes

[globals]
SND = ${join(dir, 'prompts')}
MON = ${join(dir, 'spool/monitor')}
RING = ${ringSeconds}
QTIMEOUT = 30

[hints]
${hints.join('\n')}

[internal]
include => hints
include => queues
include => parkedcalls
exten => _80[0-5],1,NoOp(internal to \${EXTEN})
 same => n,Dial(${tech}/\${EXTEN},\${RING},tTkK)
 same => n,Hangup()
exten => 802,1,NoOp(recorded)
 same => n,MixMonitor(\${MON}/\${EXTEN}-\${UNIQUEID}.wav,b)
 same => n,Dial(${tech}/\${EXTEN},\${RING},tTkK)
 same => n,Hangup()
exten => 690,1,Dial(${tech}/801&${tech}/802,2,tTkK)
 same => n,Hangup()
exten => 680,1,ConfBridge(680)
 same => n,Hangup()
exten => _*8X.,1,Pickup(\${EXTEN:2}@internal)
 same => n,Hangup()
exten => 610,1,Goto(ivr-610,s,1)
exten => _*55X.,1,ChanSpy(${tech}/\${EXTEN:3},q)
 same => n,Hangup()
exten => _9X.,1,Goto(outbound,\${EXTEN:1},1)

[outbound]
exten => _X.,1,Dial(${trunk},30,tT)
 same => n,Hangup()

[from-trunk]
exten => ${did},1,GotoIf(\${DB_EXISTS(blacklist/\${CALLERID(num)})}?blocked)
 same => n,Set(__FROM_DID=\${EXTEN})
 same => n,Goto(ivr-610,s,1)
 same => n(blocked),Answer()
 same => n,Playback(\${SND}/prompt)
 same => n,Hangup(21)
exten => _${directDid}80[0-5],1,Goto(internal,\${EXTEN:3},1)
exten => _${hiddenDid}X.,1,Set(CALLERID(num-valid)=0)
 same => n,Set(CALLERID(name-valid)=0)
 same => n,Goto(internal,\${EXTEN:3},1)
exten => _${directDid}63[0-2],1,Goto(queues,\${EXTEN:3},1)

[ivr-610]
exten => s,1,Answer()
 same => n,Background(\${SND}/menu)
 same => n,WaitExten(4)
exten => 0,1,Goto(queues,630,1)
exten => 1,1,Goto(queues,631,1)
exten => 2,1,Goto(queues,632,1)
exten => 3,1,Goto(ivr-620,s,1)
exten => 8,1,Goto(internal,800,1)
exten => i,1,Goto(bye,s,1)
exten => t,1,Goto(bye,s,1)

[ivr-620]
exten => s,1,Background(\${SND}/menu)
 same => n,WaitExten(4)
exten => 0,1,Goto(queues,630,1)
exten => 1,1,Goto(queues,631,1)
exten => i,1,Goto(bye,s,1)
exten => t,1,Goto(bye,s,1)

[bye]
exten => s,1,Playback(\${SND}/prompt)
 same => n,Hangup()

[queues]
exten => _63[0-2],1,Answer()
 same => n,Set(__QUEUENUM=\${EXTEN})
 same => n,MixMonitor(\${MON}/q\${EXTEN}-\${UNIQUEID}.wav,b)
 same => n,Queue(\${EXTEN},tTc,,,\${QTIMEOUT})
 same => n,GotoIf($["\${QUEUESTATUS}" = "CONTINUE"]?feedback,s,1)
 same => n,Goto(bye,s,1)

[feedback]
exten => s,1,Read(SCORE,\${SND}/menu,1,,1,3)
 same => n,GotoIf($["\${SCORE}" = ""]?none)
 same => n,UserEvent(Feedback,Queue: \${QUEUENUM},Score: \${SCORE},Agent: \${MEMBERINTERFACE})
 same => n,Playback(\${SND}/prompt)
 same => n(none),Hangup()
`;
}
