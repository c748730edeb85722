import type { Json } from './event.ts';

/** `rowKey` of every cc_cdr: a call has one. */
export const ccCdrKey = 'cc_cdr';

/** The fields of a cc_cdr in the order of contract §3.7, then our own, each with its value when nothing is known. */
export const emptyCcCdr = {
  event: 'cc_cdr',
  uuid: '',
  caller: '',
  called: '',
  queueCode: '',
  agentCode: '',
  callType: 'incoming',
  cdrState: 'queue',
  hangupSide: 'system',
  hangupCause: '',
  startTime: '',
  endTime: '',
  duration: '0',
  queueTime: '0',
  feedbackTime: '0',
  ivrTime: '',
  ringTime: '0',
  holdTime: 0,
  pauseTime: 0,
  talkingTime: '0',
  voicemailState: '0',
  ivrId: '',
  ivrName: '',
  ivrDtmf: '0',
  fwType: '',
  score: '0',
  trunkNumber: '',
  forwardNumber: '',
  filePath: '',
  missCause: '',
  mac: '',
  agents: [] as Json[],
  answerTime: '',
  queues: [] as Json[],
  incomplete: false,
  parkedTime: '0',
} as const satisfies Readonly<Record<string, Json>>;
