import { join } from 'node:path';
import type { ConfOptions } from './conf.ts';
import { did, directDid, hiddenDid, keyDid } from './dialplan.ts';
import type { Setup } from './setup.ts';
import { techOf, versionOf } from './setup.ts';

/** The extension whose calls to the outside show the company's name and number, and what they show. */
export const company = { extension: '803', name: 'Firm', number: '910111222' } as const;

/** Dialled to reach 801 by follow-me: its own phone, then 803's too. */
export const followMe = '807';

/**
 * Calls a subroutine as the generated dialplan of the time does: Macro() up to Asterisk 16, Gosub() into a context of the
 * same name where Macro() is gone.
 */
function caller(setup: Setup): (name: string, ...args: readonly (string | number)[]) => string {
  return versionOf(setup) === '16'
    ? (name, ...args) => `Macro(${[name, ...args].join(',')})`
    : (name, ...args) => `Gosub(macro-${name},s,1(${args.join(',')}))`;
}

/** Steps of one extension: the first line has its name, the others `same`. A step `label: app` has a label. */
function exten(name: string, ...steps: readonly string[]): string {
  const lines = steps.map((step, at) => {
    const [, label, application = step] = /^(\w[\w-]*): (.*)$/s.exec(step) ?? [];
    const priority = `${at === 0 ? '1' : 'n'}${label === undefined ? '' : `(${label})`}`;
    return at === 0 ? `exten => ${name},${priority},${application}` : ` same => ${priority},${application}`;
  });
  return `${lines.join('\n')}\n`;
}

const context = (name: string, ...lines: readonly string[]): string =>
  `[${name}]\n${lines.join('\n').replace(/\n+$/, '')}\n`;

/** Queues with what they do that the others do not: a time-out in seconds, and where a caller goes who was not served. */
const queues: readonly { readonly name: string; readonly timeout: number; readonly next?: string }[] = [
  { name: '630', timeout: 30 },
  { name: '631', timeout: 30 },
  { name: '632', timeout: 30 },
  { name: '633', timeout: 3 },
  { name: '634', timeout: 3 },
  { name: '635', timeout: 3, next: 'ext-queues,630,1' },
  { name: '636', timeout: 3, next: 'ext-local,vmu636,1' },
];

const menus: readonly { readonly id: string; readonly keys: Readonly<Record<string, string>> }[] = [
  {
    id: '610',
    keys: {
      0: 'ext-queues,630,1',
      1: 'ext-queues,631,1',
      2: 'ext-queues,632,1',
      3: 'ivr-620,s,1',
      8: 'from-did-direct,800,1',
    },
  },
  { id: '620', keys: { 0: 'ext-queues,630,1', 1: 'ext-queues,631,1' } },
];

const phones = ['800', '801', '802', '803', '804', '805'] as const;

/** Who has a hint: 806 and no phone, 803 the reverse. */
const hinted = ['800', '801', '802', '804', '805', '806'] as const;

/**
 * extensions.conf in the manner of a distribution that generates it (FreePBX 15 on Asterisk 16, FreePBX 17 on 22), written
 * for the lab: subroutines at every step, members that are rung by `Local/<n>@from-queue/n`, hints with a do-not-disturb
 * state, an outbound caller id, recordings of an extension that begin before anybody talks, follow-me, feature codes, and a
 * `from-internal` in which every number exists. It has the numbers of the lab's other dialplan (`dialplan.ts`).
 */
export function freepbxExtensions({ setup, dir, ringSeconds }: ConfOptions): string {
  const tech = techOf(setup);
  const sub = caller(setup);
  const back = versionOf(setup) === '16' ? 'MacroExit()' : 'Return()';
  /** On the phone that answered, before the two talk. */
  const onAnswer = versionOf(setup) === '16' ? 'M(auto-blkvm)' : 'U(macro-auto-blkvm)';
  const prompt = (name: string): string => join(dir, 'prompts', name);
  const hangup = exten('h', sub('hangupcall'));
  const trunk = tech === 'SIP' ? 'SIP/trunk/${OUTNUM}' : 'PJSIP/${OUTNUM}@trunk';
  return [
    '[general]\nstatic = yes\nwriteprotect = yes\nclearglobalvars = yes\n',
    context('globals', 'DIAL_OPTIONS = HhTtrk', 'TRUNK_OPTIONS = T', 'TRANSFER_CONTEXT = from-internal-xfer'),
    incoming(),
    ...menus.map((menu) => menuContext(menu, sub, prompt, hangup)),
    queueContexts(sub, prompt, hangup),
    context('from-internal', 'include => from-internal-xfer', 'include => bad-number'),
    context(
      'from-internal-xfer',
      'include => app-pickup',
      'include => app-dnd',
      'include => app-cf',
      'include => ext-findmefollow',
      'include => ext-local',
      'include => ext-queues',
      'include => parkedcalls',
      'include => outbound-allroutes',
    ),
    context(
      'bad-number',
      exten('_X.', 'ResetCDR()', 'Progress()', 'Wait(1)', `Playback(${prompt('bye')})`, 'Hangup()'),
    ),
    context('app-pickup', exten('_*8X.', `PickupChan(${tech}/\${FILTER(0-9,\${EXTEN:2})}-,p)`, 'Hangup()')),
    context(
      'app-dnd',
      exten(
        '*78',
        'Answer()',
        sub('user-callerid'),
        'Set(DB(DND/${AMPUSER})=YES)',
        'Set(DEVICE_STATE(Custom:DND${AMPUSER})=BUSY)',
        'Hangup()',
      ),
      exten(
        '*79',
        'Answer()',
        sub('user-callerid'),
        'NoOp(${DB_DELETE(DND/${AMPUSER})})',
        'Set(DEVICE_STATE(Custom:DND${AMPUSER})=NOT_INUSE)',
        'Hangup()',
      ),
    ),
    context(
      'app-cf',
      exten('_*72.', 'Answer()', sub('user-callerid'), 'Set(DB(CF/${AMPUSER})=${FILTER(0-9,${EXTEN:3})})', 'Hangup()'),
      exten('*73', 'Answer()', sub('user-callerid'), 'NoOp(${DB_DELETE(CF/${AMPUSER})})', 'Hangup()'),
    ),
    context(
      'ext-findmefollow',
      exten(
        followMe,
        sub('user-callerid'),
        'Set(__NODEST=)',
        `Dial(Local/801@from-internal-xfer/n,2,r)`,
        `Dial(Local/801@from-internal-xfer/n&Local/803@from-internal-xfer/n,${ringSeconds},r)`,
        'Hangup()',
      ),
      hangup,
    ),
    localContext(tech, ringSeconds, sub, hangup),
    subroutines({ tech, trunk, back, onAnswer, sub, prompt }),
    context(
      'outbound-allroutes',
      exten(
        '_9X.',
        sub('user-callerid', 'LIMIT'),
        'Gosub(sub-record-check,s,1(out,${EXTEN},dontcare))',
        sub('dialout-trunk', 1, '${EXTEN:1}'),
        'Hangup()',
      ),
      hangup,
    ),
    context('ext-trunk', exten('_[0-9+].', sub('dialout-trunk', 1, '${EXTEN}'), 'Hangup()'), hangup),
  ].join('\n');
}

/** Calls from outside: what number was dialled decides where they go. */
function incoming(): string {
  const route = (pattern: string, destination: string, ...before: readonly string[]): string =>
    exten(
      pattern,
      'Set(__DIRECTION=INBOUND)',
      'Set(__FROM_DID=${EXTEN})',
      'Gosub(sub-record-check,s,1(in,${EXTEN},dontcare))',
      'Gosub(app-blacklist-check,s,1)',
      ...before,
      'Set(__CALLINGNAMEPRES_SV=${CALLERID(name-pres)})',
      `Goto(${destination})`,
    );
  const hidden = ['Set(CALLERID(num-valid)=0)', 'Set(CALLERID(name-valid)=0)'];
  return [
    context('from-trunk', 'include => ext-did'),
    context(
      'ext-did',
      route(did, 'ivr-610,s,1'),
      route(`_${directDid}80[0-5]`, 'from-did-direct,${EXTEN:3},1'),
      route(`_${hiddenDid}X.`, 'from-did-direct,${EXTEN:3},1', ...hidden),
      route(`_${directDid}63[0-6]`, 'ext-queues,${EXTEN:3},1'),
      route(`_${keyDid}63[0-6]`, 'ext-queues,${EXTEN:3},1', 'Set(QKEYS=hH)'),
    ),
    context('from-did-direct', 'include => ext-local'),
    context(
      'app-blacklist-check',
      exten(
        's',
        'GotoIf($[${DB_EXISTS(blacklist/${CALLERID(num)})}]?blacklisted)',
        'Set(CALLED_BLACKLIST=1)',
        'Return()',
        'blacklisted: Answer()',
        'Hangup(21)',
      ),
    ),
  ].join('\n');
}

type Sub = ReturnType<typeof caller>;
type Prompt = (name: string) => string;

function menuContext({ id, keys }: (typeof menus)[number], sub: Sub, prompt: Prompt, hangup: string): string {
  const again = (counter: string): readonly string[] => [
    `Set(${counter}=$[\${${counter}}+1])`,
    `GotoIf($[\${${counter}} > 1]?final)`,
    'Goto(s,start)',
    `final: Playback(${prompt('bye')})`,
    'Goto(app-blackhole,hangup,1)',
  ];
  return [
    context(
      `ivr-${id}`,
      exten(
        's',
        'Set(TIMEOUT_LOOPCOUNT=0)',
        'Set(INVALID_LOOPCOUNT=0)',
        'Set(_IVR_CONTEXT_${CONTEXT}=${IVR_CONTEXT})',
        'Set(_IVR_CONTEXT=${CONTEXT})',
        'Set(__IVR_RETVM=)',
        'GotoIf($["${CHANNEL(state)}" = "Up"]?skip)',
        'Answer()',
        `skip: Set(IVR_MSG=${prompt(`menu-${id}`)})`,
        'start: Set(TIMEOUT(digit)=3)',
        'Background(${IVR_MSG})',
        'WaitExten(3)',
      ),
      ...Object.entries(keys).map(([key, destination]) =>
        exten(key, sub('blkvm-clr'), 'Set(__NODEST=)', `Goto(${destination})`),
      ),
      exten('i', ...again('INVALID_LOOPCOUNT')),
      exten('t', ...again('TIMEOUT_LOOPCOUNT')),
      exten('return', 'Set(_IVR_CONTEXT=${CONTEXT})', 'Goto(s,start)'),
      hangup,
    ),
  ].join('\n');
}

function queueContexts(sub: Sub, prompt: Prompt, hangup: string): string {
  return [
    context(
      'ext-queues',
      ...queues.map(({ name, timeout, next = 'app-announcement-1,s,1' }) =>
        exten(
          name,
          sub('user-callerid'),
          'Answer()',
          sub('blkvm-set', 'reset'),
          'ExecIf($["${LOCAL_MIXMON_ID}" != ""]?StopMixMonitor(${LOCAL_MIXMON_ID}))',
          `Set(__NODEST=${name})`,
          'Set(__QCIDPP=)',
          'Set(VQ_CIDPP=)',
          `Gosub(sub-record-check,s,1(q,${name},yes))`,
          `QueueLog(${name},\${UNIQUEID},NONE,DID,\${FROM_DID})`,
          'Set(VQ_AINFO=)',
          `Set(QMAXWAIT=\${IF($[\${LEN(\${VQ_MAXWAIT})} > 0]?\${VQ_MAXWAIT}:${timeout})})`,
          `Queue(${name},tkc\${QKEYS},,,\${QMAXWAIT})`,
          sub('blkvm-clr'),
          'Set(__NODEST=)',
          'Set(_QUEUE_PRIO=0)',
          'GotoIf($["${QUEUESTATUS}" = "CONTINUE"]?feedback,s,1)',
          `Goto(${next})`,
        ),
      ),
      hangup,
    ),
    context(
      'from-queue',
      // Of what follows a `Local/<n>@from-queue`: to the agent, whatever queue the caller came by.
      exten(
        '_[0-9*+].',
        'Set(QAGENT=${EXTEN})',
        'Set(__FROMQ=true)',
        'GotoIf($["${NODEST}" = ""]?from-internal,${QAGENT},1)',
        'Goto(${NODEST},1)',
      ),
      exten('_63[0-6]', 'Goto(from-internal,${QAGENT},1)'),
      hangup,
    ),
    context('app-announcement-1', exten('s', `Playback(${prompt('bye')})`, 'Goto(app-blackhole,hangup,1)'), hangup),
    context('app-blackhole', exten('hangup', 'NoOp(Blackhole Dest: Hangup)', 'Hangup()')),
    // Written by hand in extensions_custom.conf: there is no survey in the distribution.
    context(
      'feedback',
      exten(
        's',
        'Set(COOCENTER_SCORE=)',
        `Read(COOCENTER_KEY,${prompt('survey')},1,,1,3)`,
        'GotoIf($["${COOCENTER_KEY}" =~ "^[1-5]$"]?given)',
        'Hangup()',
        'given: Set(COOCENTER_SCORE=${COOCENTER_KEY})',
        `Playback(${prompt('thanks')})`,
        'Hangup()',
      ),
    ),
  ].join('\n');
}

function localContext(tech: string, ringSeconds: number, sub: Sub, hangup: string): string {
  return context(
    'ext-local',
    ...phones.map((name) =>
      exten(
        name,
        // Rung by a queue for as long as the queue says. Said once: a caller who is handed on is no queue's any more.
        `Set(__RINGTIMER=\${IF($["\${FROMQ}" = "true"]?300:${ringSeconds})})`,
        'Set(DIAL_OPTIONS=${DIAL_OPTIONS}${IF($["${FROMQ}" = "true"]?I)})',
        'Set(__FROMQ=)',
        sub('exten-vm', 'novm', name, 0, 0, 0),
        'dest: Set(__PICKUPMARK=)',
        'Goto(ext-local,s-${DIALSTATUS},1)',
      ),
    ),
    ...hinted.map((name) => `exten => ${name},hint,${tech}/${name}&Custom:DND${name},CustomPresence:${name}`),
    exten('vmu636', sub('vm', '636', 'DIRECTDIAL', ''), 'Goto(vmret,1)'),
    exten('vmret', 'Hangup()'),
    exten('_s-.', 'NoOp(${DIALSTATUS})', 'Hangup()'),
    hangup,
  );
}

interface Parts {
  readonly tech: string;
  readonly trunk: string;
  readonly back: string;
  readonly onAnswer: string;
  readonly sub: Sub;
  readonly prompt: Prompt;
}

function subroutines({ tech, trunk, back, onAnswer, sub }: Parts): string {
  const macro = (name: string, ...steps: readonly string[]): string => context(`macro-${name}`, exten('s', ...steps));
  return [
    macro(
      'hangupcall',
      'GotoIf($["${USE_CONFIRMATION}" = ""]?theend)',
      'NoOp(${RINGGROUP_INDEX})',
      'theend: NoOp(end)',
      back,
    ),
    macro('blkvm-set', 'Set(__MACRO_RESULT=TRUE)', 'Set(SHARED(BLKVM,${CHANNEL})=TRUE)', back),
    macro('blkvm-clr', 'Set(SHARED(BLKVM,${CHANNEL})=)', 'Set(__MACRO_RESULT=)', back),
    macro(
      'auto-blkvm',
      'Set(__MACRO_RESULT=)',
      'Set(CFIGNORE=)',
      'Set(MASTER_CHANNEL(CFIGNORE)=)',
      sub('blkvm-clr'),
      back,
    ),
    // Who a phone is; a caller from outside is left as they are.
    macro(
      'user-callerid',
      'Set(TOUCH_MONITOR=${UNIQUEID})',
      'Set(AMPUSER=${IF($["${AMPUSER}" = ""]?${CALLERID(num)}:${AMPUSER})})',
      'GotoIf($["${CHANNEL(name):0:5}" = "Local"]?limit)',
      'Set(__REALCALLERIDNUM=${IF($["${REALCALLERIDNUM}" = ""]?${CALLERID(num)}:${REALCALLERIDNUM})})',
      'ExecIf($[${REGEX("^80[0-5]$" ${AMPUSER})}]?Set(CALLERID(all)="Agent ${AMPUSER}" <${AMPUSER}>))',
      'limit: ExecIf($["${ARG1}" = "LIMIT"]?NoOp(limit))',
      'Set(CHANNEL(language)=en)',
      back,
    ),
    macro(
      'exten-vm',
      sub('user-callerid'),
      'Set(RingGroupMethod=none)',
      'Set(__EXTTOCALL=${ARG2})',
      'Set(__PICKUPMARK=${ARG2})',
      'Gosub(sub-record-check,s,1(exten,${EXTTOCALL},dontcare))',
      sub('dial-one', '${RINGTIMER}', '${DIAL_OPTIONS}', '${EXTTOCALL}'),
      'Set(SV_DIALSTATUS=${DIALSTATUS})',
      back,
    ),
    context(
      'macro-dial-one',
      exten(
        's',
        'Set(DEXTEN=${ARG3})',
        'Set(RT=${ARG1})',
        'GotoIf($["${DB(DND/${DEXTEN})}" = ""]?cf)',
        'Set(DIALSTATUS=BUSY)',
        'Goto(done)',
        'cf: Set(CFNUM=${DB(CF/${DEXTEN})})',
        'GosubIf($["${CFNUM}" = ""]?dstring,1:forward,1)',
        'Gosub(ctset,1)',
        `Dial(\${DSTRING},\${RT},\${ARG2}${onAnswer}b(func-apply-sipheaders^s^1))`,
        `done: NoOp(\${DIALSTATUS})`,
        back,
      ),
      exten('dstring', `Set(DSTRING=${tech}/\${DEXTEN})`, 'Return()'),
      exten('forward', 'Set(DSTRING=Local/9${CFNUM}@from-internal-xfer/n)', 'Return()'),
      exten('ctset', 'Set(DB(CALLTRACE/${DEXTEN})=${CALLERID(number)})', 'Return()'),
    ),
    context(
      'func-apply-sipheaders',
      exten(
        's',
        'NoOp(Applying SIP Headers to channel)',
        'Set(SIPHEADERKEYS=)',
        'While($["${SIPHEADERKEYS}" != ""])',
        'EndWhile()',
        'Return()',
      ),
    ),
    // `q`: the queue's, of the conversation alone; `exten`: that of 802, begun before anybody talks.
    context(
      'sub-record-check',
      exten(
        's',
        'Set(REC_POLICY_MODE_SAVE=${REC_POLICY_MODE})',
        'Set(__MON_FMT=wav)',
        'GotoIf($["${ARG1}" = "q"]?q)',
        'GotoIf($["${ARG1}" = "exten"]?exten)',
        'NoOp(${ARG1})',
        'Return()',
        'q: Gosub(recordcheck,1(yes,q,${ARG2}))',
        'Return()',
        'exten: GotoIf($["${ARG2}" != "802"]?no)',
        'Gosub(recordcheck,1(yes,,${ARG2}-))',
        'no: Return()',
      ),
      exten(
        'recordcheck',
        'Set(CALLFILENAME=${IF($["${ARG2}" = "q"]?q${ARG3}-${UNIQUEID}:${ARG3}${UNIQUEID})})',
        'MixMonitor(${CALLFILENAME}.${MON_FMT},abi(LOCAL_MIXMON_ID))',
        'Set(__REC_STATUS=RECORDING)',
        'Set(CDR(recordingfile)=${CALLFILENAME}.${MON_FMT})',
        'Return()',
      ),
    ),
    macro('vm', 'Set(VMGAIN=)', 'VoiceMail(${ARG1}@coocenter,u)', back),
    macro(
      'outbound-callerid',
      'ExecIf($["${KEEPCID}" = "TRUE"]?NoOp(kept))',
      `ExecIf($["\${AMPUSER}" = "${company.extension}"]?Set(CALLERID(all)="${company.name}" <${company.number}>))`,
      back,
    ),
    macro(
      'dialout-trunk',
      'Set(DIAL_TRUNK=${ARG1})',
      'Set(OUTNUM=${FILTER(0-9+*#,${ARG2})})',
      'Set(CUSTOM=)',
      sub('outbound-callerid', '${DIAL_TRUNK}'),
      `Dial(${trunk},30,\${TRUNK_OPTIONS})`,
      'NoOp(${DIALSTATUS} ${HANGUPCAUSE})',
      back,
    ),
  ].join('\n');
}
