import type { CallerPath, QueueVisit } from '../picture/model.ts';
import type { CcCdrBody } from './cc_cdr-body.ts';

/** ms from the first join within which a caller's hang-up counts as MEMBER_CANCEL (contract §3.7). */
export const memberCancelLimit = 10_000;

/** How a caller left a queue, in the words of QUEUESTATUS if the application set it. */
export function outcomeOf({ callerChannel, endedAt }: CallerPath, visit: QueueVisit): string {
  if (visit.answeredAt !== undefined) return 'answered';
  if (visit.status !== '') return visit.status;
  const asked = callerChannel.hangupRequestedAt;
  const left = visit.leftAt ?? endedAt ?? visit.joinedAt;
  // The caller leaves the queue after the hang-up, once Asterisk has stopped the phones.
  return (asked !== undefined && asked <= left + slack) || callerChannel.isEndedByUs ? 'abandoned' : 'left';
}

/** ms; the times of different kinds of events are not in exact order. */
const slack = 50;

/** Why an unanswered call was lost (contract §3.7): `''` if a person answered or no queue was tried. */
export function missCauseOf(callerPath: CallerPath): CcCdrBody['missCause'] {
  const { queues, callerChannel } = callerPath;
  const [first] = queues;
  const last = queues.at(-1);
  // A caller that gave up their place in the queue to somebody else is not lost.
  if (first === undefined || last === undefined || last.status === 'transferred') return '';
  if (callerChannel.talks.length > 0) return '';
  const left = callerChannel.hangupRequestedAt ?? last.leftAt ?? first.joinedAt;
  if (outcomeOf(callerPath, last) === 'abandoned' && left - first.joinedAt <= memberCancelLimit) return 'MEMBER_CANCEL';
  if (!last.hadMembers) return 'NO_AGENT_LOGIN';
  return callerPath.lastRung === undefined ? 'NO_ASSIGN' : 'NO_AGENT_ANSWER';
}
