/**
 * The samples of contract §3 to §5, word for word; `…` stands for what the contract leaves out. Frozen: they change only
 * with the contract.
 */
export const eventSamples: Readonly<Record<string, string>> = {
  dialbegein: `{"event":"dialbegein","timestamp":"1534993059.785012","channel":"DAHDI/i1/18782985586-51","calleridnum":"18782985586",
     "destchannel":"SIP/886-00000065","destcalleridnum":"886","destuniqueid":"1534993059.630","dialstring":"SIP/886",
     "uniqueid":"1534993030.626","mac":"68:69:2e:05:0f:9a"}`,
  dialend: `{"event":"dialend","timestamp":"1534993059.785012","channel":"DAHDI/i1/18782985586-51","calleridnum":"18782985586",
     "destchannel":"SIP/886-00000065","destcalleridnum":"886","uniqueid":"1534993030.626","dialstatus":"hangup"}`,
  hangup: `{"event":"hangup","calleridnum":"808","calleridname":"808","connectedlinenum":"809","connectedlinename":"809","uniqueid":"1325747409.260"}`,
  extensionstatus: `{"event":"extensionstatus","exten":"808","status":"0","statustext":"Idle"}`,
  ivr: `{"event":"ivr","uuid":"1541643689.15","caller":"810","called":"","callType":"IN","queueCode":"630",
     "startTime":"2018-11-08 10:21:29","endTime":"2018-11-08 10:21:32","duration":"3","ivrId":"610","ivrName":"working time",
     "ivrDtmf":"0","trunkNumber":"123456","mac":"68:69:2e:03:8b:3e"}`,
  cdr: `{"event":"cdr","callerid":"\\"808\\" <808>","source":"808","destination":"809","starttime":"2012-01-05 15:10:09",
     "answertime":"2012-01-05 15:10:10","endtime":"2012-01-05 15:10:11","disposition":"ANSWERED","duration":"2",
     "billableseconds":"1","calltype":"","recordfile":"","uniqueid":"1325747409.260"}`,
  cc_cdr: `{"event":"cc_cdr","uuid":"1541415929.807","caller":"85322361","called":"100","queueCode":"630","agentCode":"100",
     "callType":"incoming","cdrState":"queue","hangupSide":"caller","hangupCause":"ANALOG ANALOG_EVENT_ONHOOK",
     "startTime":"2018-11-05 19:05:31","endTime":"2018-11-05 19:05:39","duration":"8","queueTime":"7","feedbackTime":"0",
     "ivrTime":"","ringTime":"7","holdTime":0,"pauseTime":0,"talkingTime":"0","voicemailState":"0","ivrId":"","ivrName":"",
     "ivrDtmf":"0","fwType":"","score":"0","trunkNumber":"","forwardNumber":"","filePath":"","missCause":"MEMBER_CANCEL",
     "mac":"68:69:2e:03:8b:3e"}`,
  'coocenter2.cdr': `{"event":"cdr","srcname":"","src":"1001","dstname":"","dst":"1002","start":"2020-07-15 15:52:02","answer":"…","end":"…","billsec":"76","sessionlevel":"","calltype":"internal|incoming|outgoing","record_filename":"…","status":"ANSWER","uniqueid":"…"}`,
};

const plugin = '/coocenter-api/plugin-asterisk';

/** The bodies of answers in §4 and §5: method, path and the text; where only `data` is given, that is what it has. */
export const answerSamples: readonly (readonly [path: string, text: string])[] = [
  [
    'POST /coocenter-api/extensions/current-calls',
    `{"status":"success","message":"Channels will follow","data":[{"calleridname":"…","calleridnum":"…","channel":"…","channelstate":"6","channelstatedesc":"Up","connectedlinename":"…","connectedlinenum":"…","duration":"00:02:58"}]}`,
  ],
  [
    'GET /coocenter-api/extensions/extension-status',
    `{"status":"success","message":"Peer status list will follow","data":[{"Exten":"801","Type":"SIP","IPAddr":"192.168.12.4","Status":"OK (45 ms)"}]}`,
  ],
  [
    'GET /coocenter-api/extensions/extension-hints-status',
    `[{"agentName":"800","extension":"800","extenType":"analogCallCenter","status":"0"}]`,
  ],
  [
    'GET /coocenter-api/queues/queue-info',
    `{"status":"success","message":"Queue status will follow","data":{"630":[{"name":"sip/876","paused":"0","penalty":"0"}]}}`,
  ],
  ['POST /coocenter-api/queues/agent-login', `{"status":"success","message":"login extension success"}`],
  ['POST /coocenter-api/queues/agent-logout', `{"status":"success","message":"logout extension success"}`],
  [
    'POST /coocenter-api/extensions/click-number',
    `{"status":"success","message":"Originate successfully queued","data":{"uniqueid":"…"}}`,
  ],
  ['POST /coocenter-api/extensions/hangup', `{"status":"success","message":"hangup extension success"}`],
  ['POST /coocenter-api/extensions/transfer', `{"status":"success","message":"tansfer extension success"}`],
  ['POST /coocenter-api/extensions/extenSpy', `{"status":"success","message":"spy extension success"}`],
  ['GET /coocenter-api/blacklist/index', `{"status":"success","data":["123456"]}`],
  ['POST /coocenter-api/blacklist/create', `{"status":"success","message":"Updated database successfully"}`],
  ['DELETE /coocenter-api/blacklist/delete', `{"status":"success","message":"Key deleted successfully"}`],
  [
    `GET ${plugin}/extension/extension-status`,
    `{"status":"success","message":"Peer status list will follow","data":[{"Exten":"801","Type":"SIP","IPAddr":"192.168.12.4","Status":"OK (45 ms)"}]}`,
  ],
  [
    `GET ${plugin}/extension/extension-hints-status`,
    `{"status":"success","message":"Extension Statuses will follow","data":[{"Exten":"1004","Interface":"SIP/1004","Status":"0","StatusText":"Idle"}]}`,
  ],
  [
    `GET ${plugin}/extension/current-calls`,
    `{"status":"success","data":[{"bridgeid":"65d6…","callerIdName":"2002","callerIdNum":"2002","channel":"SIP/2001-0000000d","connectedLineName":"2001","connectedLineNum":"2001","duration":"00:01:37"}]}`,
  ],
  [`POST ${plugin}/extension/click-number`, `{"status":"success","message":"clickToCall extension success"}`],
  [`POST ${plugin}/extension/transfer`, `{"status":"success","message":"forward extension success"}`],
  [`POST ${plugin}/extension/extension-spy`, `{"status":"success","message":"spy extension success"}`],
  [`POST ${plugin}/extension/extension-whisper`, `{"status":"success","message":"whisper extension success"}`],
  [`POST ${plugin}/extension/extension-barge-in`, `{"status":"success","message":"barge in extension success"}`],
  [`POST ${plugin}/extension/clear`, `{"status":"success","message":"split extension success"}`],
  [`POST ${plugin}/extension/hangup`, `{"status":"success","message":"hangup extension success"}`],
  ['GET /coocenter-api/systeminfo/ping', `{"status":"success"}`],
  [
    'GET /coocenter-api/systeminfo/system-info',
    `{"systemVer":"…","apiKey":"","ftotal":"50G","fused":"6.2G","upTime":"…"}`,
  ],
  [
    'GET /coocenter-api/systeminfo/handle-info',
    `{"cputotal":"…","cpuused":"…","memtotal":"…","memused":"…","currenttime":"…"}`,
  ],
  [`POST ${plugin}/extension/click-intercom`, `{"status":"success","message":"clickToIntercom extension success"}`],
  [
    `GET ${plugin}/conference/conf-list`,
    `{"status":"success","data":[{"conference":"1585642185","parties":"2","marked":"0","locked":"No","muted":"No","id":"1585642185"}]}`,
  ],
  [
    `POST ${plugin}/conference/conf-info`,
    `{"status":"success","message":"Confbridge user list will follow","data":[{"conference":"…","admin":"No","markeduser":"No","muted":"No","channel":"…","answeredtime":"6834","calleridnum":"…","calleridname":"…","id":"…","exten":"…"}]}`,
  ],
  [`POST ${plugin}/conference/join-conf`, `{"message":[{"exten":"1002","status":"Success"}]}`],
  [`POST ${plugin}/conference/mute-user`, `{"status":"success","message":"Mute user success"}`],
  [`POST ${plugin}/conference/unmute-user`, `{"status":"success","message":"Unmute user success"}`],
  [`POST ${plugin}/conference/kick-user`, `{"status":"success","message":"Kick user success"}`],
  [`POST ${plugin}/conference/lock-conf`, `{"status":"success","message":"Lock conference success"}`],
  [`POST ${plugin}/conference/unlock-conf`, `{"status":"success","message":"Unlock conference success"}`],
  [`POST ${plugin}/paging/click-paging`, `{"status":"success","message":"clickToPaging success"}`],
];

/**
 * What of a sample (its text) is not in a value: the first place that differs, `''` if it is all there. Fields of the
 * sample come first in the value, in their order; more may follow.
 */
export function missingOf(text: string, value: unknown): string {
  return missing(JSON.parse(text), value, '');
}

function missing(sample: unknown, value: unknown, at: string): string {
  if (typeof sample === 'string' && /…|\|/.test(sample)) return typeof value === 'string' ? '' : `${at}: not a string`;
  if (typeof sample !== 'object' || sample === null) {
    return sample === value ? '' : `${at}: ${JSON.stringify(value)} instead of ${JSON.stringify(sample)}`;
  }
  if (typeof value !== 'object' || value === null) return `${at}: missing`;
  if (Array.isArray(sample) !== Array.isArray(value)) return `${at}: array or object`;
  const names = Object.keys(sample);
  const first = Object.keys(value).slice(0, names.length);
  // Names that are numbers have an order of their own in JavaScript.
  if (names.join() !== first.join()) return `${at}: ${first.join()} instead of ${names.join()}`;
  const found = value as Readonly<Record<string, unknown>>;
  return Object.entries(sample)
    .map(([name, inner]) => missing(inner, found[name], `${at}/${name}`))
    .filter((text) => text !== '')
    .join('\n');
}
