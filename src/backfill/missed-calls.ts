import { firstLine } from '../system/control-characters.ts';
import type { SavedDid } from './dids.ts';
import { Dids } from './dids.ts';
import type { QueueLine } from './queue-line.ts';
import { isDoubtful, isJoin, isOfQueue } from './queue-line.ts';
import { withRow } from './call-rows.ts';
import type { SavedInjected, LinePlace } from './injected.ts';
import { Injected } from './injected.ts';
import type { LoggedCall, CallRows } from './logged-call.ts';
import { visitsOf } from './logged-call.ts';
import { callerOf, isOfNumbers, readQueueEvent } from './queue-event.ts';
import type { LogRow } from './row.ts';

/** Milliseconds after the last line of a call in which the picture may still learn of its channel. */
const quietTime = 5_000;
/** Most unanswered rings of one call, other lines of it, and calls at once: a real box has fewer. */
const mostRings = 100;
const mostOtherLines = 200;
const mostCalls = 4_000;
/** Most calls with a fresh record that are known by other ids: a checkpoint is a few seconds old at most. */
const mostAliases = 200;
/** Most calls whose rows were read before queue_log told of them, while a long log is read in parts and after its end. */
const mostEarly = 10_000;
const mostOfNow = 20;
/** Calls at once that are too many: some are handed over before more are read. */
export const enough = 1_000;
/** Milliseconds within which a call's row is written: Asterisk may keep rows back (`batch` in cdr.conf). */
const proofWait = 10 * 60_000;
/**
 * ms for which a join that another caller may have written waits for that caller's row once their call is over. The row may
 * have been read before a restart, and then it never comes.
 */
const doubtWait = 10_000;

/** What the rest of the daemon knows about a call. */
export interface Knowledge {
  /** Id of the call that a Uniqueid belongs to, while the picture has it. */
  readonly callIdOf: (uniqueid: string) => string | undefined;
  /** The picture saw the call, and its record is still to be made. */
  readonly isExpected: (callId: string) => boolean;
  /** Its record was made. */
  readonly hasRecord: (callId: string) => boolean;
  /** The picture saw the whole call that a Uniqueid belongs to, and no queue in it. */
  readonly hasNoQueue: (uniqueid: string) => boolean;
}

/** Lines of queue_log that are not believed. */
export interface SetAside {
  readonly lines: readonly string[];
  readonly why: string;
}

interface EarlyRows {
  callId: string | undefined;
  rows: CallRows | undefined;
}

interface OpenCall {
  readonly uniqueid: string;
  callId: string | undefined;
  readonly found: QueueLine[];
  rows: CallRows | undefined;
  /** The picture saw it, in no queue. */
  hasNoQueue: boolean;
  /** When it was last heard of, ms of the monotonic clock. */
  heardAt: number;
}

/** What is saved over a restart. */
export interface SavedCalls {
  readonly calls: readonly SavedCall[];
  readonly aliases: readonly (readonly [uniqueid: string, callId: string])[];
  readonly dids?: readonly SavedDid[];
  /** An older version saved a list of texts. */
  readonly injected?: SavedInjected | readonly unknown[];
  readonly early?: readonly (readonly [uniqueid: string, rows: Readonly<EarlyRows>])[];
}

/** A call as it is saved. */
export interface SavedCall {
  readonly uniqueid: string;
  readonly callId: string;
  readonly lines: readonly string[];
  /** One for each line; an older version saved none. */
  readonly places?: readonly LinePlace[];
  /** An older version saved fewer fields. */
  readonly rows: (Partial<CallRows> & Pick<CallRows, 'from' | 'to' | 'channel'>) | null;
}

/** Finds callers of queues whose call is over and has no record. Pure; `now`: ms of the monotonic clock. */
export class MissedCalls {
  /** By the Uniqueid of the caller's channel, the oldest first. */
  readonly #open = new Map<string, OpenCall>();
  /** Other ids that queue_log may know a call by, the oldest first. */
  readonly #aliases = new Map<string, string>();
  readonly #dids = new Dids();
  readonly #injected = new Injected();
  /** Rows of calls that queue_log has not told of so far, by Uniqueid, the oldest first. */
  readonly #early = new Map<string, EarlyRows>();
  /** Calls that are due and whose record is not made yet. */
  readonly #leaving = new Map<string, readonly OpenCall[]>();
  readonly #setAside: SetAside[] = [];
  /** The channel with which a call began, by its Linkedid, the oldest first. */
  readonly #origins = new Map<string, string>();

  /** Callers that are known. */
  get size(): number {
    return this.#open.size;
  }

  get saved(): SavedCalls {
    const calls = [...this.#leaving.values(), ...this.#open.values()]
      .flat()
      .map(({ uniqueid, callId = '', found, rows = null }) => ({
        uniqueid,
        callId,
        lines: found.map(({ line }) => line),
        places: found.map(({ place }) => place),
        rows,
      }));
    return {
      calls,
      aliases: [...this.#aliases],
      dids: this.#dids.saved,
      injected: this.#injected.saved,
      early: [...this.#early],
    };
  }

  restore({ calls, aliases, dids = [], injected, early = [] }: SavedCalls, now: number): void {
    for (const [uniqueid, rows] of early) this.#early.set(uniqueid, { ...rows });
    this.#dids.restore(dids);
    if (injected !== undefined && 'next' in injected) this.#injected.restore(injected);
    for (const [uniqueid, callId] of aliases) this.#aliases.set(uniqueid, callId);
    for (const { uniqueid, callId, lines, places = [], rows } of calls) {
      lines.forEach((line, index) => {
        const event = readQueueEvent(line);
        if (event !== undefined) this.#take({ line, event, place: places[index] ?? unknownPlace }, now);
      });
      const call = this.#open.get(uniqueid);
      if (call === undefined) continue;
      call.callId = callId === '' ? undefined : callId;
      call.rows = rows === null ? undefined : { destination: '', legs: [], ...rows };
    }
  }

  /** The log may know a call by these ids. Returns whether that was new. */
  alias(callId: string, uniqueids: readonly string[]): boolean {
    const others = uniqueids.filter((uniqueid) => uniqueid !== callId && this.#aliases.get(uniqueid) !== callId);
    for (const uniqueid of others) this.#aliases.set(uniqueid, callId);
    for (const [oldest] of [...this.#aliases].slice(0, Math.max(0, this.#aliases.size - mostAliases))) {
      this.#aliases.delete(oldest);
    }
    return others.length > 0;
  }

  /** Takes a line of queue_log; `isOld`: it was read before, and only tells whether later lines are forged. */
  found(line: string, now: number, isOld = false): void {
    const event = readQueueEvent(line);
    const place = this.#injected.line(line, event);
    if (event === undefined || isOld) return;
    this.#dids.line(event, place);
    this.#take({ line, event, place }, now);
  }

  #take(found: QueueLine, now: number): void {
    const { event } = found;
    const { uniqueid } = event;
    let call = this.#open.get(uniqueid);
    if (call === undefined) {
      if (event.name !== 'ENTERQUEUE') return;
      call = {
        uniqueid,
        callId: undefined,
        rows: undefined,
        ...this.#early.get(uniqueid),
        found: [],
        hasNoQueue: false,
        heardAt: now,
      };
      this.#early.delete(uniqueid);
      noteIn(this.#open, uniqueid, call, mostCalls);
    }
    call.heardAt = now;
    // A caller of a large queue has that many rings within minutes; the end of the wait comes after all of them.
    const most = event.name.startsWith('RING') ? mostRings : mostRings + mostOtherLines;
    // Lines that others may have written take no room from Asterisk's own.
    if (call.found.filter((one) => isDoubtful(one) === isDoubtful(found)).length < most) call.found.push(found);
  }

  /** Takes a row of any call. */
  row(row: LogRow): void {
    this.#injected.row(row);
    if (row.uniqueId === row.linkedid) noteIn(this.#origins, row.linkedid, row.channel, mostCalls);
    const call = this.#open.get(row.uniqueId) ??
      this.#early.get(row.uniqueId) ?? { callId: undefined, rows: undefined };
    if (row.linkedid !== '') call.callId ??= row.linkedid;
    call.rows = withRow(call.rows, row);
    if (!this.#open.has(row.uniqueId)) noteIn(this.#early, row.uniqueId, call, mostEarly);
  }

  /** The log was read to its end: calls that it did not tell of were in no queue, except the newest. */
  end(): void {
    for (const [oldest] of [...this.#early].slice(0, Math.max(0, this.#early.size - mostOfNow))) {
      this.#early.delete(oldest);
    }
  }

  /** What was set aside since the last call of this. */
  takeSetAside(): SetAside[] {
    return this.#setAside.splice(0);
  }

  /**
   * The calls that are over and that nobody else will make a record of; to be asked only while the picture is current.
   * `hasRows`: all rows that Asterisk wrote so far were read; otherwise the row that proves a call may still come.
   */
  due(now: number, { callIdOf, isExpected, hasRecord, hasNoQueue }: Knowledge, hasRows = true): LoggedCall[] {
    const over = new Map<string, OpenCall[]>();
    const goesOn = new Set<string>();
    const isFew = this.#open.size < enough;
    const rowWait = !hasRows ? Infinity : isFew ? proofWait : quietTime;
    for (const call of this.#open.values()) {
      const known = callIdOf(call.uniqueid);
      if (known !== undefined) {
        call.callId ??= known;
        call.heardAt = now;
        call.hasNoQueue = hasNoQueue(call.uniqueid);
      }
      if (!this.#isProven(call, hasRecord)) {
        if (now - call.heardAt >= rowWait) this.#drop(call, 'neither the manager interface nor a row knows the call');
        continue;
      }
      const callId = call.callId ?? this.#aliases.get(call.uniqueid) ?? call.uniqueid;
      const isOver =
        now - call.heardAt >= quietTime &&
        !isExpected(callId) &&
        (hasRecord(callId) || !this.#isDoubted(call, callIdOf, now - call.heardAt < (isFew ? doubtWait : quietTime)));
      if (isOver) over.set(callId, [...(over.get(callId) ?? []), call]);
      else goesOn.add(callId);
    }
    const due: LoggedCall[] = [];
    for (const [callId, calls] of over) {
      if (goesOn.has(callId)) continue;
      for (const { uniqueid } of calls) this.#open.delete(uniqueid);
      if (hasRecord(callId)) continue;
      const believed = calls.filter((call) => this.#isBelieved(call));
      if (believed.length === 0) continue;
      this.#leaving.set(callId, believed);
      due.push(this.#foundCall(callId, believed));
    }
    return due;
  }

  /** The record of a call that was due is made: the call is not saved any longer. */
  made(callId: string): void {
    this.#leaving.delete(callId);
  }

  /** A call that was due could not be handed over: it will be due again. */
  putBack(callId: string): void {
    for (const call of this.#leaving.get(callId) ?? []) this.#open.set(call.uniqueid, call);
    this.#leaving.delete(callId);
  }

  /** Whether anything but queue_log knows of the call: a caller can write any Uniqueid there. */
  #isProven({ uniqueid, callId, rows }: OpenCall, hasRecord: Knowledge['hasRecord']): boolean {
    return callId !== undefined || rows !== undefined || this.#aliases.has(uniqueid) || hasRecord(uniqueid);
  }

  /**
   * Whether another caller may have forged this call's join, and a row still to come will tell. A row is awaited as long as
   * the other call goes on, and for a while after.
   */
  #isDoubted({ found, rows }: OpenCall, callIdOf: Knowledge['callIdOf'], isEarly: boolean): boolean {
    if (isOfQueue(rows, found)) return false;
    const isAwaited = (uniqueid: string): boolean =>
      this.#injected.awaitsRow(uniqueid) &&
      this.#open.get(uniqueid)?.rows === undefined &&
      !this.#early.has(uniqueid) &&
      (isEarly || callIdOf(uniqueid) !== undefined);
    const joins = found.filter((one) => isJoin(one) && !this.#injected.has(one.place));
    return joins.length > 0 && joins.every(({ place: { behind } }) => behind.some(isAwaited));
  }

  /** Takes forged lines out of a call. Returns whether it was in a queue without them. */
  #isBelieved(call: OpenCall): boolean {
    const { found, hasNoQueue, rows } = call;
    const forged = found.filter(({ place }) => this.#injected.has(place));
    const own = found.filter((one) => !forged.includes(one));
    // A caller that left a queue had joined it.
    const isJoinGone = !own.some(isJoin) && own.some(({ event }) => isOfNumbers(event));
    if (isJoinGone) own.unshift(...forged.filter(isJoin));
    const aside = forged.filter((one) => !own.includes(one)).map(({ line }) => line);
    if (aside.length > 0) this.#setAside.push({ lines: aside, why: 'a caller wrote them, by line ends in a number' });
    found.splice(0, found.length, ...own);
    if (!own.some(isJoin)) return false;
    if (!hasNoQueue || isOfQueue(rows, own)) return true;
    this.#setAside.push({ lines: own.map(({ line }) => line), why: 'who looked on saw the call, and no queue in it' });
    return false;
  }

  #foundCall(callId: string, calls: readonly OpenCall[]): LoggedCall {
    const rows = calls.map((call) => call.rows).filter((one) => one !== undefined);
    const [first] = rows;
    const caller = calls[0]?.found.find(isJoin)?.event;
    return {
      callId,
      caller: caller === undefined ? '' : firstLine(callerOf(caller)),
      uniqueids: calls.map(({ uniqueid }) => uniqueid),
      did: calls.map(({ uniqueid }) => this.#dids.of(uniqueid, this.#injected)).find((did) => did !== '') ?? '',
      visits: calls
        .flatMap(({ found }) => visitsOf(found.map(({ event }) => event)))
        .sort((a, b) => a.joinedAt - b.joinedAt),
      rows: first && {
        from: Math.min(...rows.map(({ from }) => from)),
        to: Math.max(...rows.map(({ to }) => to)),
        channel: this.#origins.get(callId) ?? first.channel,
        destination: first.destination,
        legs: rows.flatMap(({ legs }) => legs),
      },
      recording: '',
    };
  }

  #drop(call: OpenCall, why: string): void {
    this.#open.delete(call.uniqueid);
    this.#setAside.push({ lines: call.found.map(({ line }) => line), why });
  }
}

/** The place of a line that was saved without one. */
const unknownPlace: LinePlace = { number: -1, behind: [] };

/** Sets an entry, and drops the oldest if there are too many. */
function noteIn<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
