import type { CallerPath, QueueVisit } from '../picture/model.ts';

/** ms within which a caller who hangs up counts as one who did not want to wait (contract §3.7, MEMBER_CANCEL). */
export const memberCancelLimit = 10_000;

/** How a queue was left, in the words of QUEUESTATUS where the application set it. */
export function outcomeOf({ callerChannel, endedAt }: CallerPath, visit: QueueVisit): string {
  if (visit.answeredAt !== undefined) return 'answered';
  if (visit.status !== '') return visit.status;
  const asked = callerChannel.hangupRequestedAt;
  const left = visit.leftAt ?? endedAt ?? visit.joinedAt;
  // Leaving the queue follows the hang-up by what Asterisk needs to stop the phones.
  return (asked !== undefined && asked <= left + slack) || callerChannel.isEndedByUs ? 'abandoned' : 'left';
}

/** ms; events of different kinds carry times that are not in order to the last digit. */
const slack = 50;

/** Why an unanswered call was lost (contract §3.7): `''` when a person answered or no queue was tried. */
export function missCauseOf(callerPath: CallerPath): string {
  const { queues, callerChannel } = callerPath;
  const [first] = queues;
  const last = queues.at(-1);
  // Who handed their place in the queue to somebody else is not lost.
  if (first === undefined || last === undefined || last.status === 'transferred') return '';
  if (callerChannel.talks.length > 0) return '';
  const left = callerChannel.hangupRequestedAt ?? last.leftAt ?? first.joinedAt;
  if (outcomeOf(callerPath, last) === 'abandoned' && left - first.joinedAt <= memberCancelLimit) return 'MEMBER_CANCEL';
  if (!last.hadMembers) return 'NO_AGENT_LOGIN';
  return callerPath.lastRung === undefined ? 'NO_ASSIGN' : 'NO_AGENT_ANSWER';
}
