import type { CallerPath, Channel, Leg, Party, Transfer } from '../picture/model.ts';
import { partyOf } from '../picture/parties.ts';
import { partner } from '../picture/talks.ts';
import type { Span } from './seconds.ts';
import { total, without } from './seconds.ts';

/** A person who talked to the caller: extension or number, from when to when, and for how long without hold (ms). */
export interface Agent {
  readonly agent: string;
  readonly from: number;
  readonly to: number;
  readonly ms: number;
}

/** When the caller's side was over, ms epoch. */
export function endOf({ endedAt, call }: CallerPath): number {
  return endedAt ?? call.endedAt ?? call.startedAt;
}

/** The number of a party, or its name if it has none. */
export function extensionOf({ num, name }: Party): string {
  return num === '' ? name : num;
}

/** The extension that was rung, or the number if it is none. */
export function calleeOf({ extension, callee }: Leg): string {
  return extension === '' ? extensionOf(callee) : extension;
}

/**
 * The caller's last transfer. A step that looked like one does not count if the two went on talking. A parked caller is
 * transferred to the person who takes the call, unless that is the one who parked it; the parking lot's own number does
 * not count.
 */
export function handoverOf(callerPath: CallerPath): Transfer | undefined {
  const { callerChannel } = callerPath;
  const goesOn = (at: number): boolean =>
    callerChannel.talks.some(({ from, to = Infinity }) => from < at && to > at + aMoment);
  const parkings = spans(callerChannel.parkings, endOf(callerPath));
  const isParking = (at: number): boolean =>
    parkings.some(({ from, to }) => at > from - aMoment && at < to + aMoment / 2);
  return [
    ...callerChannel.transfers.filter(({ at, isGuess = false }) => !isParking(at) && (!isGuess || !goesOn(at))),
    ...parkings.flatMap((parking) => takeover(callerChannel, parking) ?? []),
  ]
    .sort((one, other) => one.at - other.at)
    .at(-1);
}

/** The transfer of a parked caller from the person who talked to them before to the one who does after. */
function takeover(callerChannel: Channel, { from }: Span): Transfer | undefined {
  const talks = [...callerChannel.talks].sort((one, other) => one.from - other.from);
  const before = talks.findLast((talk) => talk.from <= from);
  const after = talks.find((talk) => talk.from > from);
  if (before === undefined || after === undefined) return undefined;
  const [parker, taker] = [personOf(partner(before, callerChannel)), personOf(partner(after, callerChannel))];
  return parker === taker ? undefined : { how: 'blind', to: taker, at: after.from };
}

/** The caller's partner when Asterisk tells of an attended transfer: it connects the two before or after that. */
export function metAt({ callerChannel }: CallerPath, at: number): Channel | undefined {
  const met = callerChannel.talks
    .filter(({ from, to = Infinity }) => from <= at + slack && to > at + slack)
    .sort((one, other) => one.from - other.from)
    .at(-1);
  return met === undefined ? undefined : partner(met, callerChannel);
}

/** ms; the times of different kinds of events are not in exact order. */
const slack = 50;

/** ms in a parking lot. */
export function parkedTimeOf(callerPath: CallerPath): number {
  return total(spans(callerPath.callerChannel.parkings, endOf(callerPath)));
}

/** The extension that a channel was rung as, otherwise its own number. */
function personOf(channel: Channel): string {
  const rung = channel.call.legs.findLast(({ destUniqueid, source }) => destUniqueid === channel.uniqueid && source);
  if (rung !== undefined) return calleeOf(rung);
  return extensionOf(partyOf(channel));
}

function spans(intervals: readonly { readonly from: number; readonly to: number | undefined }[], end: number): Span[] {
  return intervals.map(({ from, to = end }) => ({ from, to: Math.min(to, Math.max(end, from)) }));
}

function holdsOf(callerPath: CallerPath): Span[] {
  return spans(callerPath.callerChannel.holds, endOf(callerPath));
}

/** ms in conversation, without the time on hold. */
export function talkingTimeOf(callerPath: CallerPath): number {
  return without(spans(callerPath.callerChannel.talks, endOf(callerPath)), holdsOf(callerPath));
}

/** ms on hold. */
export function holdTimeOf(callerPath: CallerPath): number {
  return total(holdsOf(callerPath));
}

/** The longest break (ms) within one conversation: Asterisk moves channels between bridges. */
const aMoment = 1_000;

/** Everybody who talked to the caller, in the order in which they began. */
export function agentsOf(callerPath: CallerPath): Agent[] {
  const end = endOf(callerPath);
  const agents: Agent[] = [];
  const holds = holdsOf(callerPath);
  for (const talk of [...callerPath.callerChannel.talks].sort((a, b) => a.from - b.from)) {
    const agent = personOf(partner(talk, callerPath.callerChannel));
    const [span] = spans([talk], end);
    if (span === undefined) continue;
    const ms = without([span], holds);
    const same = agents.findIndex((one) => one.agent === agent && span.from - one.to < aMoment);
    const before = agents[same];
    if (before === undefined) agents.push({ agent, ...span, ms });
    else agents[same] = { agent, from: before.from, to: Math.max(before.to, span.to), ms: before.ms + ms };
  }
  return agents;
}

/** The answered leg: the queue member's, otherwise the first one. */
export function answeredLegOf(callerPath: CallerPath): Leg | undefined {
  return (
    callerPath.agentLeg ??
    callerPath.call.legs.find(
      ({ source, answeredAt }) => source === callerPath.callerChannel && answeredAt !== undefined,
    )
  );
}

/** ms that the phone that answered rang; for a lost call, ms during which at least one phone rang. */
export function ringTimeOf(callerPath: CallerPath): number {
  const answered = answeredLegOf(callerPath);
  if (answered?.answeredAt !== undefined) return answered.answeredAt - answered.beganAt;
  const end = endOf(callerPath);
  const rung = callerPath.call.legs.filter(({ source, rang }) => rang && source === callerPath.callerChannel);
  return total(rung.map(({ beganAt, endedAt = end }) => ({ from: beganAt, to: Math.min(endedAt, end) })));
}
