import type { Call, CallerPath, Recording, Talk, Transfer } from '../picture/model.ts';
import { partner } from '../picture/talks.ts';
import { localTime } from '../system/local-time.ts';
import { emptyCcCdr, ccCdrKey, type CcCdrBody } from './cc_cdr-body.ts';
import type { Agent } from './conversation.ts';
import {
  agentsOf,
  answeredLegOf,
  calleeOf,
  endOf,
  handoverOf,
  holdTimeOf,
  metAt,
  parkedTimeOf,
  ringTimeOf,
  talkingTimeOf,
} from './conversation.ts';
import { hangupSideOf } from './hangup-side.ts';
import { nameOf, trunkNumberOf } from './ivr.ts';
import { missCauseOf, outcomeOf } from './miss-cause.ts';
import type { EventMaker } from './event.ts';
import { filePathOf, recordingNameOf } from './file-path.ts';
import { furtherOf } from './further.ts';
import { seconds } from './seconds.ts';

const callTypes: Record<Call['direction'], CcCdrBody['callType']> = {
  inbound: 'incoming',
  outbound: 'outgoing',
  internal: 'internal',
};

/** The number that was dialled; for a phone that the API rang, the number that it was to be connected to. */
function dialledBy({ call }: CallerPath): string {
  return call.dialled === '' ? (call.legs.find(({ source }) => source === undefined)?.caller.num ?? '') : call.dialled;
}

/** The agent that answered, otherwise the last one rung, otherwise the number dialled. */
function calledOf(callerPath: CallerPath, agents: readonly Agent[]): string {
  const { call, agent, agentLeg } = callerPath;
  if (agentLeg !== undefined) return calleeOf(agentLeg) || agent;
  const spoken = agents.at(-1);
  if (spoken !== undefined) return spoken.agent;
  // A phone that did not ring counts only as a dialled number, and not even as that if a queue called it.
  const rung = call.legs.findLast(
    ({ source, rang, member }) => source === callerPath.callerChannel && (rang || member === ''),
  );
  return rung === undefined ? agent || dialledBy(callerPath) : calleeOf(rung);
}

/** The member that answered, otherwise the last whose phone rang. */
function agentCodeOf({ queues, agent, lastRung }: CallerPath): string {
  if (queues.length === 0) return '';
  return agent || (lastRung?.member ?? '');
}

/**
 * Where the caller was transferred to: the extension that answered the consultation, whatever number leads to it; an
 * outside number without the prefix that the dialplan wants.
 */
function forwardNumberOf(callerPath: CallerPath, transfer: Transfer): string {
  const { call, callerChannel } = callerPath;
  const { to, at } = transfer;
  const asked = transfer.how === 'attended' ? metAt(callerPath, at) : undefined;
  if (asked !== undefined && asked.extension !== '') return asked.extension;
  const outside = call.legs.find((leg) => leg.isOutside && leg.source === callerChannel && leg.beganAt >= at);
  return outside !== undefined && to.endsWith(outside.callee.num) ? outside.callee.num : to;
}

/** The newest recording of the caller's talks with the agent that answered, otherwise of all the caller's talks. */
function recordingOf(callerPath: CallerPath): Recording | undefined {
  const { callerChannel } = callerPath;
  const answered = answeredLegOf(callerPath)?.destUniqueid;
  const talks = callerChannel.talks.filter((talk) => partner(talk, callerChannel).uniqueid === answered);
  return newestOf(talks) ?? newestOf(callerChannel.talks);
}

function newestOf(talks: readonly Talk[]): Recording | undefined {
  return talks
    .flatMap(({ recordings }) => recordings)
    .sort((a, b) => a.at - b.at)
    .at(-1);
}

/** What came of the call, where somebody said it in time. */
function dispositionOf({ disposition }: Call): Pick<CcCdrBody, 'disposition' | 'dispositionNote'> {
  return disposition === undefined ? {} : { disposition: disposition.code, dispositionNote: disposition.note };
}

/**
 * The call-centre record (contract §3.7), one for every call that passed a menu or tried a queue. Durations come from the
 * events' own times.
 */
export const ccCdr: EventMaker = (change, context) => {
  if (change.type !== 'call-settled') return undefined;
  const { callerPath, pauseTime } = change;
  const { call, menus, queues } = callerPath;
  const ended = endOf(callerPath);
  const agents = agentsOf(callerPath);
  const transfer = handoverOf(callerPath);
  const queueTime = queues.reduce((sum, { joinedAt, leftAt = ended }) => sum + leftAt - joinedAt, 0);
  const ivrTime = menus.reduce((sum, { enteredAt, leftAt = ended }) => sum + leftAt - enteredAt, 0);
  const feedbackTime = callerPath.feedback.reduce((sum, { from, to = ended }) => sum + to - from, 0);
  const passed = menus.length > 0;
  const file = recordingOf(callerPath)?.file;
  const name = file && recordingNameOf(file, context.monitorDir);
  return {
    class: 'record',
    callId: call.id,
    rowKey: ccCdrKey,
    body: {
      ...emptyCcCdr,
      uuid: call.id,
      caller: callerPath.caller,
      called: calledOf(callerPath, agents),
      queueCode: queues.at(-1)?.queue ?? '',
      agentCode: agentCodeOf(callerPath),
      callType: callTypes[call.direction],
      cdrState: callerPath.stage,
      hangupSide: hangupSideOf(callerPath),
      hangupCause: callerPath.hangupCause,
      startTime: localTime(call.startedAt),
      endTime: localTime(ended),
      duration: String(seconds(ended - call.startedAt)),
      queueTime: String(seconds(queueTime)),
      feedbackTime: String(seconds(feedbackTime)),
      ivrTime: passed ? String(seconds(ivrTime)) : '',
      ringTime: String(seconds(ringTimeOf(callerPath))),
      holdTime: seconds(holdTimeOf(callerPath)),
      pauseTime,
      talkingTime: String(seconds(talkingTimeOf(callerPath))),
      voicemailState: callerPath.hasVoicemail ? '1' : '0',
      ivrId: menus.map(({ id }) => id).join(','),
      ivrName: menus.map((menu) => nameOf(menu, context.ivrNames)).join(','),
      ivrDtmf: passed ? menus.map(({ keys }) => keys).join(',') : '0',
      fwType: transfer?.how ?? '',
      score: callerPath.score === '' ? '0' : callerPath.score,
      trunkNumber: trunkNumberOf(call),
      forwardNumber: transfer === undefined ? '' : forwardNumberOf(callerPath, transfer),
      filePath: file === undefined ? '' : filePathOf(file, context.monitorDir),
      missCause: missCauseOf(callerPath),
      mac: context.mac,
      agents: agents.map(({ agent, from, to, ms }) => ({
        agent,
        startTime: localTime(from),
        endTime: localTime(to),
        talkingTime: String(seconds(ms)),
      })),
      answerTime: agents[0] === undefined ? '' : localTime(agents[0].from),
      queues: queues.map((visit) => ({
        queueCode: visit.queue,
        startTime: localTime(visit.joinedAt),
        endTime: localTime(visit.leftAt ?? ended),
        queueTime: String(seconds((visit.leftAt ?? ended) - visit.joinedAt)),
        outcome: outcomeOf(callerPath, visit),
      })),
      incomplete: call.incomplete,
      parkedTime: String(seconds(parkedTimeOf(callerPath))),
      ...dispositionOf(call),
      ...furtherOf(call),
    } satisfies CcCdrBody,
    ...(name === undefined ? {} : { recording: name }),
  };
};
