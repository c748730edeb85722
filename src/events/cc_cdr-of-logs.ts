import type { LoggedCall, QueueTalk, LoggedVisit } from '../backfill/logged-call.ts';
import { lastTalkOf } from '../backfill/logged-call.ts';
import type { Picture } from '../picture/picture.ts';
import { deviceOf } from '../picture/channel-name.ts';
import { localTime } from '../system/local-time.ts';
import { emptyCcCdr, ccCdrKey, type CcCdrBody } from './cc_cdr-body.ts';
import { memberCancelLimit } from './miss-cause.ts';
import type { PushedEvent, EventContext } from './event.ts';
import { urlPathOf } from './file-path.ts';
import { linkedidOf } from './further.ts';
import { seconds, total } from './seconds.ts';

/** What the picture knows of the people and queues that a log names. */
export type Surroundings = Pick<Picture, 'extensionOfMember' | 'hasMembers'> & {
  readonly directory: Pick<Picture['directory'], 'extensionOf' | 'isTrunk' | 'isExtension'>;
};

/** When a talk was over, as far as the logs tell: ms epoch. */
function endOfTalk({ to, from }: QueueTalk, ended: number): number {
  return Math.max(from, to ?? ended);
}

function missCauseOf(visits: readonly LoggedVisit[], around: Surroundings): CcCdrBody['missCause'] {
  const [first] = visits;
  const last = visits.at(-1);
  if (first === undefined || last === undefined || visits.some(({ talk }) => talk !== undefined)) return '';
  if (last.outcome === 'abandoned' && waitOf(last) + last.joinedAt - first.joinedAt <= memberCancelLimit) {
    return 'MEMBER_CANCEL';
  }
  // The log does not tell who was logged in, but it tells when nobody was.
  if (last.outcome === 'leaveempty') return 'NO_AGENT_LOGIN';
  if (visits.some(({ rings }) => rings.length > 0)) return 'NO_AGENT_ANSWER';
  return around.hasMembers(last.queue) ? 'NO_ASSIGN' : 'NO_AGENT_LOGIN';
}

function waitOf({ waited, leftAt, joinedAt }: LoggedVisit): number {
  return waited ?? Math.max(0, (leftAt ?? joinedAt) - joinedAt);
}

function ringTimeOf(visits: readonly LoggedVisit[]): number {
  const talk = lastTalkOf(visits);
  return talk === undefined ? total(visits.flatMap(({ rings }) => rings)) : talk.ringing;
}

/** Milliseconds by which a row and queue_log may differ: both count whole seconds. */
const tolerance = 2_000;

/**
 * The extension of the member that the log names at a moment. A member that has left the queue since is unknown by that
 * name: the row that rang a phone at that moment tells the extension.
 */
function agentOf(
  call: LoggedCall,
  around: Surroundings,
  queue: string,
  name: string,
  at: number,
  talked: boolean,
): string {
  const own = around.extensionOfMember(queue, name);
  if (around.directory.isExtension(own)) return own;
  const rung = (call.rows?.legs ?? [])
    .filter(({ isAnswered, from, to }) => isAnswered === talked && at >= from - tolerance && at <= to + tolerance)
    .map(({ channel, to }) => ({ extension: around.directory.extensionOf(deviceOf(channel)), away: Math.abs(to - at) }))
    .filter(({ extension }) => extension !== '')
    .sort((a, b) => Number(name.includes(b.extension)) - Number(name.includes(a.extension)) || a.away - b.away);
  return rung[0]?.extension ?? own;
}

/** The extensions of the members that took a call. */
export function agentsIn(call: LoggedCall, around: Surroundings): string[] {
  return call.visits.flatMap(({ queue, talk }) =>
    talk === undefined ? [] : [agentOf(call, around, queue, talk.agent, talk.from, true)],
  );
}

/** The number called from outside: the one that the dialplan wrote into the log, otherwise the last one dialled. */
function trunkNumberOf({ did, rows, visits }: LoggedCall, callType: string, around: Surroundings): string {
  if (callType !== 'incoming' || did !== '') return did;
  const dialled = rows?.destination ?? '';
  const isElse = visits.some(({ queue }) => queue === dialled) || around.directory.isExtension(dialled);
  // Shorter numbers are ring groups, conferences or feature codes: no number is better than a wrong one.
  return /^\+?\d{5,}$/.test(dialled) && !isElse ? dialled : '';
}

/** The direction, from the channel of the call's first row, otherwise from the caller's number. */
function callTypeOf({ rows, caller }: LoggedCall, around: Surroundings): CcCdrBody['callType'] {
  const device = deviceOf(rows?.channel ?? '');
  if (device !== '' && !device.startsWith('Local/')) return around.directory.isTrunk(device) ? 'incoming' : 'internal';
  return around.directory.isExtension(caller) ? 'internal' : 'incoming';
}

/**
 * The call-centre record (contract §3.7) of a call that the daemon did not see, made from Asterisk's own logs. It is
 * `incomplete`; fields that the logs cannot fill keep their empty values.
 */
export function ccCdrOfLogs(
  call: LoggedCall,
  around: Surroundings,
  context: EventContext,
): PushedEvent & { readonly body: CcCdrBody } {
  const { callId, visits, rows } = call;
  const times = visits.flatMap(({ joinedAt, leftAt = joinedAt, talk }) => [joinedAt, leftAt, talk?.to ?? leftAt]);
  const started = Math.min(...times, rows?.from ?? Infinity);
  const ended = Math.max(...times, rows?.to ?? 0);
  const talks = visits.flatMap(({ talk, queue }) =>
    talk === undefined
      ? []
      : [{ talk, agent: agentOf(call, around, queue, talk.agent, talk.from, true), to: endOfTalk(talk, ended) }],
  );
  const rung = visits.flatMap(({ rings, queue }) =>
    rings.map(({ agent, to }) => agentOf(call, around, queue, agent, to, false)),
  );
  const agent = talks.at(-1)?.agent ?? rung.at(-1) ?? '';
  const last = visits.at(-1);
  const over = talks.at(-1)?.talk.end;
  const abandoned = talks.length === 0 && last?.outcome === 'abandoned';
  const callType = callTypeOf(call, around);
  const talked = talks.at(-1);
  const recording = talked === undefined ? '' : call.recording;
  const isHandedOver = over?.by === 'transfer';
  return {
    class: 'record',
    callId,
    rowKey: ccCdrKey,
    body: {
      ...emptyCcCdr,
      uuid: callId,
      caller: call.caller,
      called: agent,
      queueCode: last?.queue ?? '',
      agentCode: agent,
      callType,
      cdrState: last?.talk === undefined ? 'queue' : 'bridged',
      hangupSide: over !== undefined && !isHandedOver ? over.by : abandoned ? 'caller' : 'system',
      startTime: localTime(started),
      endTime: localTime(ended),
      duration: String(seconds(ended - started)),
      queueTime: String(seconds(visits.reduce((sum, visit) => sum + waitOf(visit), 0))),
      ringTime: String(seconds(ringTimeOf(visits))),
      talkingTime: String(seconds(total(talks.map(({ talk, to }) => ({ from: talk.from, to }))))),
      fwType: isHandedOver ? over.how : '',
      forwardNumber: isHandedOver ? over.to : '',
      trunkNumber: trunkNumberOf(call, callType, around),
      filePath: urlPathOf(recording),
      missCause: missCauseOf(visits, around),
      mac: context.mac,
      agents: talks.map(({ agent, talk, to }) => ({
        agent,
        startTime: localTime(talk.from),
        endTime: localTime(to),
        talkingTime: String(seconds(to - talk.from)),
      })),
      answerTime: talks[0] === undefined ? '' : localTime(talks[0].talk.from),
      queues: visits.map((visit) => ({
        queueCode: visit.queue,
        startTime: localTime(visit.joinedAt),
        endTime: localTime(visit.leftAt ?? ended),
        queueTime: String(seconds(waitOf(visit))),
        outcome: visit.outcome,
      })),
      incomplete: true,
      ...linkedidOf(callId),
    } satisfies CcCdrBody,
    ...(recording === '' ? {} : { recording }),
  };
}
