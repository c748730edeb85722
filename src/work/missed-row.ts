import type { MissedCall } from '../picture/model.ts';
import { localTime } from '../system/local-time.ts';
import { is, type ObjectOf } from '../system/schema.ts';

/** The fields of a missed call as events and requests tell it: all of them, empty where there is nothing. */
export const missedFields = {
  id: is.text('of this missed call; a number that calls again while it is open adds to it'),
  number: is.text('who called, as the line showed it last'),
  name: is.text('as the line, or Asterisk, named who called; empty: nobody did'),
  state: is.word(['open', 'claimed', 'closed'], '`claimed`: somebody is on it'),
  calls: is.integer('how often the caller was lost'),
  queueCode: is.text('the queue in which it was lost last'),
  queues: is.list(is.text(), 'all queues in which it was lost'),
  missCause: is.text('why, as in `cc_cdr`'),
  waitTime: is.pattern('^[0-9]+$', 'seconds that the caller waited last'),
  firstTime: is.text('when it was lost first, in the time of the box'),
  lastTime: is.text('when it was lost last'),
  uuid: is.text('the call in which it was lost last'),
  agentCode: is.text('the agent whose phone rang last'),
  trunkNumber: is.text('the number that was called (DID)'),
  voicemailState: is.word(['0', '1'], '`1`: the caller left a message'),
  tries: is.integer('how often it was called back, and not reached'),
  claimedBy: is.text('extension of who claimed it'),
  claimedByName: is.text('their name, as they signed in'),
  claimTime: is.text('when'),
  closedHow: is.word(
    ['', 'answered', 'reached', 'closed', 'expired'],
    '`answered`: they called again and were; `reached`: they were called, and answered; `closed`: by a person; `expired`: too old, or too many',
  ),
  closedBy: is.text('extension of who talked to them, or closed it'),
  closedByName: is.text('name of who closed it'),
  outcome: is.text('what came of it, as who closed it said'),
  note: is.text(),
  closeTime: is.text('when'),
};

/** A missed call as it is told. */
export type MissedRow = ObjectOf<typeof missedFields>;

/** A sample of it. */
export const missedSample: MissedRow = {
  id: '1541415929.807',
  number: '85322361',
  name: 'Wu Ling',
  state: 'open',
  calls: 2,
  queueCode: '630',
  queues: ['630'],
  missCause: 'NO_AGENT_ANSWER',
  waitTime: '42',
  firstTime: '2018-11-05 19:05:39',
  lastTime: '2018-11-05 19:21:07',
  uuid: '1541416825.811',
  agentCode: '100',
  trunkNumber: '123456',
  voicemailState: '0',
  tries: 0,
  claimedBy: '',
  claimedByName: '',
  claimTime: '',
  closedHow: '',
  closedBy: '',
  closedByName: '',
  outcome: '',
  note: '',
  closeTime: '',
};

/** How a missed call is told. */
export function missedRow({ claim, closed, ...call }: MissedCall): MissedRow {
  return {
    id: call.id,
    number: call.number,
    name: call.name,
    state: closed !== undefined ? 'closed' : claim !== undefined ? 'claimed' : 'open',
    calls: call.calls,
    queueCode: call.queue,
    queues: call.queues,
    missCause: call.cause,
    waitTime: String(call.wait),
    firstTime: localTime(call.first),
    lastTime: localTime(call.last),
    uuid: call.uuid,
    agentCode: call.agentCode,
    trunkNumber: call.trunkNumber,
    voicemailState: call.hasVoicemail ? '1' : '0',
    tries: call.tries,
    claimedBy: claim?.extension ?? '',
    claimedByName: claim?.name ?? '',
    claimTime: claim === undefined ? '' : localTime(claim.at),
    closedHow: closed?.how ?? '',
    closedBy: closed?.extension ?? '',
    closedByName: closed?.name ?? '',
    outcome: closed?.outcome ?? '',
    note: closed?.note ?? '',
    closeTime: closed === undefined ? '' : localTime(closed.at),
  };
}
