import { comparedNumber } from '../control/same-number.ts';
import type { Change, Leg } from '../picture/model.ts';
import { localMoments } from '../system/local-time.ts';
import type { Lost, Reached } from './missed-list.ts';

/** As much of a `cc_cdr` as this looks at. */
export interface Record {
  readonly uuid: string;
  readonly caller: string;
  readonly callType: string;
  readonly missCause: string;
  readonly queueTime: string;
  readonly queueCode: string;
  readonly agentCode: string;
  readonly trunkNumber: string;
  readonly voicemailState: string;
  readonly endTime: string;
  readonly answerTime: string;
  readonly queues: readonly { readonly queueCode: string }[];
}

/** Whether somebody can be called back: a hidden number (`anonymous`, zeros, nothing) can be neither called nor known again. */
export function isCallable(number: string, isExtension: (text: string) => boolean): boolean {
  const compared = comparedNumber(number, '');
  return compared !== undefined && (/^(?=.*[1-9])\d{2,}$/.test(compared.digits) || isExtension(number));
}

/** The moment (ms epoch) of a local time: of two, in the hour that comes twice, the last that has been. */
function momentOf(time: string, now: number): number | undefined {
  const moments = localMoments(time);
  return moments.findLast((at) => at <= now) ?? moments[0];
}

/**
 * The caller that a record tells was lost, with the name that the line gave; `undefined`: none was. `now`, here and below:
 * ms epoch.
 */
export function lostOf(record: Record, name: string, now: number): Lost | undefined {
  const at = momentOf(record.endTime, now);
  if (record.callType === 'outgoing' || record.missCause === '' || at === undefined) return undefined;
  const { uuid, caller: number, queueCode: queue, missCause: cause, agentCode, trunkNumber } = record;
  return {
    ...{ uuid, number, name, queue, cause, agentCode, trunkNumber, at },
    queues: [...new Set(record.queues.map(({ queueCode }) => queueCode))],
    wait: Number(record.queueTime),
    hasVoicemail: record.voicemailState === '1',
  };
}

/** The caller that a record tells was answered: also of a call that nobody saw. */
export function answeredOf(record: Record, now: number): Reached | undefined {
  const at = momentOf(record.answerTime, now);
  if (record.callType === 'outgoing' || record.missCause !== '' || at === undefined) return undefined;
  return { number: record.caller, how: 'answered', extension: record.agentCode, at };
}

/**
 * Whom somebody talks to from now on. The caller, if they called in: an extension that calls anybody has not thereby been
 * answered by a queue. And who was called. Nobody called the phone that a click-to-dial rings first.
 */
function reachedBy({ source, caller, callee, extension, member, answeredAt }: Leg): Reached[] {
  if (source === undefined || answeredAt === undefined) return [];
  const called: Reached = { number: callee.num, how: 'reached', extension: source.extension, at: answeredAt };
  const isCaller = source.extension === '' || member !== '';
  return isCaller ? [{ number: caller.num, how: 'answered', extension, at: answeredAt }, called] : [called];
}

/** Whom somebody talked to, as a change of the picture tells; of rows only those of calls that nobody saw, or not all of. */
export function reachedOf(change: Change, now: number): Reached[] {
  if (change.type === 'dial-answer') return reachedBy(change.leg);
  if (change.type !== 'cdr' || change.call?.incomplete === false) return [];
  const { row, direction } = change;
  // The record of a call of a queue tells whether somebody answered it.
  const isTalk = row.disposition === 'ANSWERED' && row.destinationChannel !== '' && row.lastApplication !== 'Queue';
  const at = momentOf(row.answerTime, now);
  if (!isTalk || at === undefined || direction === 'internal') return [];
  return direction === 'inbound'
    ? [{ number: row.source, how: 'answered', extension: '', at }]
    : [{ number: row.destination, how: 'reached', extension: '', at }];
}

/** A number that was called and not reached. */
export function triedOf(change: Change): string | undefined {
  if (change.type !== 'dial-end' || change.leg.answeredAt !== undefined || change.leg.source === undefined) return;
  return change.leg.callee.num;
}
