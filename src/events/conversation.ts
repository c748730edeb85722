import type { CallerPath, Channel, Leg, Party, Transfer } from '../picture/model.ts';
import { partyOf } from '../picture/parties.ts';
import { partner } from '../picture/talks.ts';
import type { Span } from './seconds.ts';
import { total, without } from './seconds.ts';

/** A person who talked to the caller: extension or number, from when to when, how long without being on hold (ms). */
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

/** Number of a party, or its name when there is none. */
export function extensionOf({ num, name }: Party): string {
  return num === '' ? name : num;
}

/** Who was rung: the extension, else the number. */
export function calleeOf({ extension, callee }: Leg): string {
  return extension === '' ? extensionOf(callee) : extension;
}

/**
 * To whom the caller was handed last. A step that was taken for a hand-over was none when they went on talking. Who is
 * parked is handed to whoever takes the call, unless that is who parked it; the number of the parking lot is nobody.
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

/** The hand-over of a parked call by one person to the next who talked to the caller. */
function takeover(callerChannel: Channel, { from }: Span): Transfer | undefined {
  const talks = [...callerChannel.talks].sort((one, other) => one.from - other.from);
  const before = talks.findLast((talk) => talk.from <= from);
  const after = talks.find((talk) => talk.from > from);
  if (before === undefined || after === undefined) return undefined;
  const [parker, taker] = [personOf(partner(before, callerChannel)), personOf(partner(after, callerChannel))];
  return parker === taker ? undefined : { how: 'blind', to: taker, at: after.from };
}

/** With whom the caller is in conversation when an attended transfer is told: Asterisk connects the two before or after. */
export function metAt({ callerChannel }: CallerPath, at: number): Channel | undefined {
  const met = callerChannel.talks
    .filter(({ from, to = Infinity }) => from <= at + slack && to > at + slack)
    .sort((one, other) => one.from - other.from)
    .at(-1);
  return met === undefined ? undefined : partner(met, callerChannel);
}

/** ms; events of different kinds carry times that are not in order to the last digit. */
const slack = 50;

/** ms in a parking lot. */
export function parkedTimeOf(callerPath: CallerPath): number {
  return total(spans(callerPath.callerChannel.parkings, endOf(callerPath)));
}

/** Who somebody is: whom the one who rang them meant, else their own number. */
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

/** ms in conversation with anybody, without the time on hold. */
export function talkingTimeOf(callerPath: CallerPath): number {
  return without(spans(callerPath.callerChannel.talks, endOf(callerPath)), holdsOf(callerPath));
}

/** ms on hold, by whomever. */
export function holdTimeOf(callerPath: CallerPath): number {
  return total(holdsOf(callerPath));
}

/** Longest break (ms) after which it is the same conversation: Asterisk moves channels between bridges. */
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

/** The leg of who answered: of the queue's member, else of the first person. */
export function answeredLegOf(callerPath: CallerPath): Leg | undefined {
  return (
    callerPath.agentLeg ??
    callerPath.call.legs.find(
      ({ source, answeredAt }) => source === callerPath.callerChannel && answeredAt !== undefined,
    )
  );
}

/** ms of ringing of the phone that answered; of a lost call, during which at least one phone rang. */
export function ringTimeOf(callerPath: CallerPath): number {
  const answered = answeredLegOf(callerPath);
  if (answered?.answeredAt !== undefined) return answered.answeredAt - answered.beganAt;
  const end = endOf(callerPath);
  const rung = callerPath.call.legs.filter(({ source, rang }) => rang && source === callerPath.callerChannel);
  return total(rung.map(({ beganAt, endedAt = end }) => ({ from: beganAt, to: Math.min(endedAt, end) })));
}
