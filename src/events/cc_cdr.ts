import type { Call, Recording, Transfer } from '../picture/call.ts';
import type { Journey } from '../picture/journey.ts';
import { partner } from '../picture/talks.ts';
import type { Talk } from '../picture/talks.ts';
import { localTime } from '../system/local-time.ts';
import { blank } from './cc_cdr-body.ts';
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
import type { EventMaker, EventContext } from './event.ts';
import { filePathOf } from './recording.ts';
import { seconds } from './seconds.ts';

const callTypes: Record<Call['direction'], string> = {
  inbound: 'incoming',
  outbound: 'outgoing',
  internal: 'internal',
};

/** The number that was dialled; of a phone that the API rang, the one it was to be connected with. */
function dialledBy({ call }: Journey): string {
  return call.dialled === '' ? (call.legs.find(({ source }) => source === undefined)?.caller.num ?? '') : call.dialled;
}

/** The agent that answered, else the last that was rung, else the number dialled. */
function calledOf(journey: Journey, agents: readonly Agent[]): string {
  const { call, agent, agentLeg } = journey;
  if (agentLeg !== undefined) return calleeOf(agentLeg) || agent;
  const spoken = agents.at(-1);
  if (spoken !== undefined) return spoken.agent;
  // Who was called and did not ring is no more than a number that was dialled; whom a queue called, not even that.
  const rung = call.legs.findLast(
    ({ source, rang, member }) => source === journey.traveller && (rang || member === ''),
  );
  return rung === undefined ? agent || dialledBy(journey) : calleeOf(rung);
}

/** The member that answered, else the last whose phone rang. */
function agentCodeOf({ queues, agent, rung }: Journey): string {
  if (queues.length === 0) return '';
  return agent || (rung?.member ?? '');
}

/**
 * To whom the caller was handed: the extension that was asked and answered, whatever number leads to it; of somebody
 * outside their number, without what the dialplan wants before it.
 */
function forwardNumberOf(journey: Journey, transfer: Transfer): string {
  const { call, traveller } = journey;
  const { to, at } = transfer;
  const asked = transfer.how === 'attended' ? metAt(journey, at) : undefined;
  if (asked !== undefined && asked.extension !== '') return asked.extension;
  const outside = call.legs.find((leg) => leg.isOutside && leg.source === traveller && leg.beganAt >= at);
  return outside !== undefined && to.endsWith(outside.callee.num) ? outside.callee.num : to;
}

/** Of the recordings that have the caller in conversation, the newest with the agent that answered, else the newest. */
function filePath(journey: Journey, context: EventContext): string {
  const { traveller } = journey;
  const answered = answeredLegOf(journey)?.destUniqueid;
  const talks = traveller.talks.filter((talk) => partner(talk, traveller).uniqueid === answered);
  const recording = newestOf(talks) ?? newestOf(traveller.talks);
  return recording === undefined ? '' : filePathOf(recording.file, context.monitorDir);
}

function newestOf(talks: readonly Talk[]): Recording | undefined {
  return talks
    .flatMap(({ recordings }) => recordings)
    .sort((a, b) => a.at - b.at)
    .at(-1);
}

/**
 * The call-centre record (contract §3.7), one for every call that passed a menu or tried a queue; what a person who
 * listened would have written down. Durations come from the events' own times.
 */
export const ccCdr: EventMaker = (change, context) => {
  if (change.type !== 'call-settled') return undefined;
  const { journey, pauseTime } = change;
  const { call, menus, queues } = journey;
  const ended = endOf(journey);
  const agents = agentsOf(journey);
  const transfer = handoverOf(journey);
  const queueTime = queues.reduce((sum, { joinedAt, leftAt = ended }) => sum + leftAt - joinedAt, 0);
  const ivrTime = menus.reduce((sum, { enteredAt, leftAt = ended }) => sum + leftAt - enteredAt, 0);
  const feedbackTime = journey.feedback.reduce((sum, { from, to = ended }) => sum + to - from, 0);
  const passed = menus.length > 0;
  return {
    class: 'record',
    callId: call.id,
    rowKey: 'cc_cdr',
    body: {
      ...blank,
      uuid: call.id,
      caller: journey.caller,
      called: calledOf(journey, agents),
      queueCode: queues.at(-1)?.queue ?? '',
      agentCode: agentCodeOf(journey),
      callType: callTypes[call.direction],
      cdrState: journey.stage,
      hangupSide: hangupSideOf(journey),
      hangupCause: journey.hangupCause,
      startTime: localTime(call.startedAt),
      endTime: localTime(ended),
      duration: String(seconds(ended - call.startedAt)),
      queueTime: String(seconds(queueTime)),
      feedbackTime: String(seconds(feedbackTime)),
      ivrTime: passed ? String(seconds(ivrTime)) : '',
      ringTime: String(seconds(ringTimeOf(journey))),
      holdTime: seconds(holdTimeOf(journey)),
      pauseTime,
      talkingTime: String(seconds(talkingTimeOf(journey))),
      voicemailState: journey.hasVoicemail ? '1' : '0',
      ivrId: menus.map(({ id }) => id).join(','),
      ivrName: menus.map((menu) => nameOf(menu, context.ivrNames)).join(','),
      ivrDtmf: passed ? menus.map(({ keys }) => keys).join(',') : '0',
      fwType: transfer?.how ?? '',
      score: journey.score === '' ? '0' : journey.score,
      trunkNumber: trunkNumberOf(call),
      forwardNumber: transfer === undefined ? '' : forwardNumberOf(journey, transfer),
      filePath: filePath(journey, context),
      missCause: missCauseOf(journey),
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
        outcome: outcomeOf(journey, visit),
      })),
      incomplete: call.incomplete,
      parkedTime: String(seconds(parkedTimeOf(journey))),
    },
  };
};
