import type { MemberEvent } from '../backfill/member-event.ts';
import { isPosition, type Position } from '../backfill/position.ts';
import { localHour, nextLocalHour } from '../system/local-time.ts';
import type { Tally } from '../store/tally.ts';

/** A member of a queue. */
export interface Seat {
  readonly queue: string;
  readonly interface: string;
  /** The member's name. */
  readonly name: string;
  /** Its extension, or else its name. */
  readonly agent: string;
  /** The reason of its pause, `''` if it has none; `undefined`: not paused. After-call work is no pause. */
  readonly reason: string | undefined;
}

/** Who was logged in up to a moment: ms epoch, a whole second. All time before it is counted. */
export interface Presence {
  readonly at: number;
  readonly seats: readonly Seat[];
}

const second = 1_000;
/** Milliseconds of a gap that nothing is known of, beyond which it is not counted: the box was off, or its clock wrong. */
const longestGap = 24 * 3_600 * second;

/** Counts the time until `to` (ms epoch): what is left of a second counts the next time. */
export function advance({ at, seats }: Presence, to: number, tally: Tally): Presence {
  const end = Math.floor(to / second) * second;
  for (let from = at; from < end && seats.length > 0;) {
    const until = Math.min(nextLocalHour(from), end);
    count(seats, localHour(from), Math.round((until - from) / second), tally);
    from = until;
  }
  return { at: end, seats };
}

/** The same without counting anything: nobody knows what was. */
export function skip({ seats }: Presence, to: number): Presence {
  return { at: Math.floor(to / second) * second, seats };
}

/** Counts seconds of one hour: for each member, and for each agent once, who is paused while paused everywhere. */
function count(seats: readonly Seat[], hour: number, seconds: number, tally: Tally): void {
  const day = Math.floor(hour / 100);
  const agents = new Map<string, Seat>();
  for (const seat of seats) {
    countOne(seat, seat.queue, day, hour, seconds, tally);
    const other = agents.get(seat.agent);
    if (other === undefined || seat.reason === undefined) agents.set(seat.agent, seat);
  }
  for (const seat of agents.values()) countOne(seat, '', day, hour, seconds, tally);
}

function countOne(
  { agent, reason }: Seat,
  queue: string,
  day: number,
  hour: number,
  seconds: number,
  tally: Tally,
): void {
  const cells = [
    { at: day, queue, agent },
    { at: hour, queue, agent: '' },
  ];
  for (const cell of cells) {
    tally.add(cell, { logged_in: seconds });
    if (reason !== undefined) tally.addPause(cell, reason, seconds);
  }
}

/** What the time while nobody looked is counted by. */
export interface Gap {
  /** Lines of queue_log, in their order; those of before are passed over. */
  readonly events: readonly MemberEvent[];
  /** The agent of a member that the log names. */
  readonly agentOf: (queue: string, member: string) => string;
  /** The reason of after-call work. */
  readonly workReason: string;
  /** Who is there now, as Asterisk says. */
  readonly seats: readonly Seat[];
  /** ms epoch. */
  readonly now: number;
}

/**
 * Counts the time since Asterisk was seen last, by its log. Where the log and Asterisk disagree, or there is no log, what was
 * the same before and after counts as having been so.
 */
export function resume(before: Presence, { events, agentOf, workReason, seats, now }: Gap, tally: Tally): Presence {
  let presence = before;
  for (const event of events) {
    // The log has whole seconds: what stands in the second that was counted to may have been seen, and is the same then.
    if (event.at < presence.at || event.at > now) continue;
    if (event.type === 'started') presence = skip(presence, event.at);
    else {
      const passed = passTo(presence, event.at, tally);
      presence = { ...passed, seats: changed(passed.seats, event, agentOf, workReason) };
    }
  }
  const passed = passTo({ ...presence, seats: common(presence.seats, seats) }, now, tally);
  return { at: passed.at, seats };
}

function passTo(presence: Presence, to: number, tally: Tally): Presence {
  return to - presence.at > longestGap ? skip(presence, to) : advance(presence, to, tally);
}

function changed(
  seats: readonly Seat[],
  event: Exclude<MemberEvent, { type: 'started' }>,
  agentOf: Gap['agentOf'],
  workReason: string,
): readonly Seat[] {
  const { queue, member } = event;
  const isIt = (seat: Seat): boolean => seat.queue === queue && (seat.interface === member || seat.name === member);
  const others = seats.filter((seat) => !isIt(seat));
  switch (event.type) {
    case 'removed':
      return others;
    case 'added': {
      const known = seats.find(isIt) ?? { queue, interface: member, name: member, agent: agentOf(queue, member) };
      return [...others, { ...known, reason: event.reason }];
    }
    case 'paused':
    case 'ready': {
      const reason = event.type === 'paused' && event.reason !== workReason ? event.reason : undefined;
      return seats.map((seat) => (isIt(seat) ? { ...seat, reason } : seat));
    }
  }
}

/** Those who are in both, and paused if they are in both. */
function common(before: readonly Seat[], after: readonly Seat[]): readonly Seat[] {
  return before.flatMap((seat) => {
    const other = after.find(
      (one) => one.queue === seat.queue && (one.interface === seat.interface || one.name === seat.name),
    );
    if (other === undefined) return [];
    return [{ ...other, reason: other.reason === undefined ? undefined : seat.reason }];
  });
}

/** A presence as text, with a position in Asterisk's log behind which all lines are that are newer. */
export function formatPresence({ at, seats }: Presence, position: Position | undefined): string {
  const rows = seats.map(({ queue, interface: on, name, agent, reason = null }) => [queue, on, name, agent, reason]);
  return JSON.stringify({ at, seats: rows, ...(position === undefined ? {} : { position }) });
}

/** What `formatPresence` wrote. */
export interface SavedPresence {
  readonly presence: Presence;
  readonly position: Position | undefined;
}

/** Reads it again; `undefined` if it is none. */
export function parsePresence(text: string): SavedPresence | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null) return undefined;
  const { at, seats, position } = read as Readonly<Record<string, unknown>>;
  if (typeof at !== 'number' || !Number.isFinite(at) || !Array.isArray(seats)) return undefined;
  const presence = { at, seats: seats.flatMap((seat) => parseSeat(seat) ?? []) };
  return { presence, position: isPosition(position) ? position : undefined };
}

function parseSeat(read: unknown): Seat | undefined {
  if (!Array.isArray(read)) return undefined;
  const [queue, on, name, agent, reason] = read as unknown[];
  const isText = (one: unknown): one is string => typeof one === 'string';
  if (!isText(queue) || !isText(on) || !isText(name) || !isText(agent)) return undefined;
  return { queue, interface: on, name, agent, reason: isText(reason) ? reason : undefined };
}
