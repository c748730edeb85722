import { is, type ValueOf } from '../system/schema.ts';
import { eventDoc } from './event-doc.ts';
import { common } from './fields.ts';
import { furtherFields } from './further.ts';

/** `rowKey` of every cc_cdr: a call has one. */
export const ccCdrKey = 'cc_cdr';

/** The fields of a cc_cdr in the order of contract §3.7, then our own. */
const body = is.object({
  event: is.word(['cc_cdr']),
  uuid: is.text('the call'),
  caller: is.text(),
  called: is.text('who answered; otherwise who was called last'),
  queueCode: is.text('the last queue'),
  agentCode: is.text('the member that answered; of a lost call the last one whose phone was called'),
  callType: is.word(['incoming', 'outgoing', 'internal']),
  cdrState: is.word(['ivr', 'queue', 'bridged', 'feedback'], 'where the caller was last; `bridged`: talking'),
  hangupSide: is.word(['caller', 'agent', 'system'], 'who hung up'),
  hangupCause: is.text('the technology’s own text'),
  startTime: common.time('when the call began'),
  endTime: common.time('when it ended'),
  duration: common.seconds('of the call'),
  queueTime: common.seconds('waiting in queues'),
  feedbackTime: common.seconds('in the survey'),
  ivrTime: is.text('seconds in menus; empty when none was passed'),
  ringTime: common.seconds('that the agent’s phone rang'),
  holdTime: is.integer('seconds on hold'),
  pauseTime: is.integer('seconds of after-call work'),
  talkingTime: common.seconds('talking'),
  voicemailState: is.word(['0', '1'], '`1`: the caller left a message'),
  ivrId: is.text('the menus passed, joined by commas'),
  ivrName: is.text('their names'),
  ivrDtmf: is.text('the keys pressed; `0` when no menu was passed'),
  fwType: is.text('how the call was forwarded'),
  score: is.text('the digit given in the survey; `0` when there is none'),
  trunkNumber: is.text('the number that was called (DID)'),
  forwardNumber: is.text('to whom the call was forwarded'),
  filePath: is.text('the recording, as the path of `monitor` takes it'),
  missCause: is.word(
    ['', 'NO_ASSIGN', 'NO_AGENT_ANSWER', 'NO_AGENT_LOGIN', 'MEMBER_CANCEL'],
    'why nobody talked to the caller: not enough agents; phones rang, nobody answered; nobody was logged in; the caller hung up within 10 seconds',
  ),
  mac: common.mac,
  agents: is.list(
    is.object({
      agent: is.text('extension or number'),
      startTime: common.time('from when'),
      endTime: common.time('to when'),
      talkingTime: common.seconds('talking, without hold'),
    }),
    'everybody who talked to the caller',
  ),
  answerTime: is.text('when somebody answered, in the time of the box; empty when nobody did'),
  queues: is.list(
    is.object({
      queueCode: is.text(),
      startTime: common.time('when the caller joined'),
      endTime: common.time('when the caller left'),
      queueTime: common.seconds('waiting in it'),
      outcome: is.text('how the caller left: `answered`, `abandoned`, `timeout`, …'),
    }),
    'every queue that was tried',
  ),
  incomplete: is.boolean('the daemon did not see all of the call'),
  parkedTime: common.seconds('in a parking lot'),
  disposition: is.optional(is.text('what came of the call; left out where nobody said it in time')),
  dispositionNote: is.optional(is.text('what was noted with it; left out likewise')),
  ...furtherFields,
});

/** The body of a cc_cdr. */
export type CcCdrBody = ValueOf<typeof body>;

/** Each field with its value when nothing is known. */
export const emptyCcCdr: CcCdrBody = {
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
  agents: [],
  answerTime: '',
  queues: [],
  incomplete: false,
  parkedTime: '0',
};

/** Its documentation; the sample is the contract's, with our fields. */
export const ccCdrDoc = eventDoc('cc_cdr', {
  class: 'record',
  summary: 'A call that passed a menu or tried a queue is over (§3.7)',
  schema: body,
  samples: [
    {
      ...emptyCcCdr,
      uuid: '1541415929.807',
      caller: '85322361',
      called: '100',
      queueCode: '630',
      agentCode: '100',
      hangupSide: 'caller',
      hangupCause: 'ANALOG ANALOG_EVENT_ONHOOK',
      startTime: '2018-11-05 19:05:31',
      endTime: '2018-11-05 19:05:39',
      duration: '8',
      queueTime: '7',
      ringTime: '7',
      missCause: 'MEMBER_CANCEL',
      mac: '68:69:2e:03:8b:3e',
      queues: [
        {
          queueCode: '630',
          startTime: '2018-11-05 19:05:32',
          endTime: '2018-11-05 19:05:39',
          queueTime: '7',
          outcome: 'abandoned',
        },
      ],
      linkedid: '1541415929.807',
    },
  ],
});
