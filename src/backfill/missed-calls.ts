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

/** Milliseconds after the last line of a call in which the picture may learn of its channel. */
const quietTime = 5_000;
/** Rings of one call in vain, other lines of it, and calls at once, that are kept: more are no calls. */
const mostRings = 100;
const mostOtherLines = 200;
const mostCalls = 4_000;
/** Calls whose record was made lately: a note is a few seconds old at most. */
const mostAliases = 200;
/** Calls whose rows were read before the log told of them: a long log is read part by part. */
const mostEarly = 10_000;
const mostOfNow = 20;
/** Calls at once until some of them are told: no box has as many. */
export const enough = 1_000;
/** Milliseconds in which the row of a call is written at the latest: Asterisk may keep rows back (`batch` of cdr.conf). */
const proofWait = 10 * 60_000;

/** What the rest of the daemon knows of a call. */
export interface Knowledge {
  /** Id of the call that a Uniqueid is part of, while the picture has it. */
  readonly callIdOf: (uniqueid: string) => string | undefined;
  /** Its record is still to be made by who saw the call. */
  readonly isExpected: (callId: string) => boolean;
  /** Its record was made. */
  readonly hasRecord: (callId: string) => boolean;
  /** Who looked on saw the whole call that a Uniqueid is part of, and no queue in it. */
  readonly hasNoQueue: (uniqueid: string) => boolean;
}

/** Lines of a log of queues that are not believed. */
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
  /** It was seen, and was in no queue. */
  hasNoQueue: boolean;
  /** When it was last heard of, ms of the monotonic clock. */
  heardAt: number;
}

/** What is kept over a restart. */
export interface SavedCalls {
  readonly calls: readonly SavedCall[];
  readonly aliases: readonly (readonly [uniqueid: string, callId: string])[];
  readonly dids?: readonly SavedDid[];
  /** A note of before has a list of texts. */
  readonly injected?: SavedInjected | readonly unknown[];
  readonly early?: readonly (readonly [uniqueid: string, rows: Readonly<EarlyRows>])[];
}

/** A call as it is kept. */
export interface SavedCall {
  readonly uniqueid: string;
  readonly callId: string;
  readonly lines: readonly string[];
  /** Of each line; a note of before has none. */
  readonly places?: readonly LinePlace[];
  /** A note of before has less. */
  readonly rows: (Partial<CallRows> & Pick<CallRows, 'from' | 'to' | 'channel'>) | null;
}

/** Which callers of queues have no call-centre record though their call is over. Pure; `now`: ms of the monotonic clock. */
export class MissedCalls {
  /** By the Uniqueid of the caller's channel, the oldest first. */
  readonly #open = new Map<string, OpenCall>();
  /** What the log may call a call by, the oldest first. */
  readonly #aliases = new Map<string, string>();
  readonly #dids = new Dids();
  readonly #injected = new Injected();
  /** Rows of calls that the log did not tell of so far, by Uniqueid, the oldest first. */
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

  /** The log may call a call by these ids. Returns whether that was news. */
  alias(callId: string, uniqueids: readonly string[]): boolean {
    const others = uniqueids.filter((uniqueid) => uniqueid !== callId && this.#aliases.get(uniqueid) !== callId);
    for (const uniqueid of others) this.#aliases.set(uniqueid, callId);
    for (const [oldest] of [...this.#aliases].slice(0, Math.max(0, this.#aliases.size - mostAliases))) {
      this.#aliases.delete(oldest);
    }
    return others.length > 0;
  }

  /** A line was read in the queue's log; `isOld`: it is of before, and tells nothing but what follows it. */
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
    // A caller of a large queue has so many rings within minutes; how the waiting ended comes after all of them.
    const most = event.name.startsWith('RING') ? mostRings : mostRings + mostOtherLines;
    // What others may have written takes nothing of this from Asterisk's own.
    if (call.found.filter((one) => isDoubtful(one) === isDoubtful(found)).length < most) call.found.push(found);
  }

  /** A row was read, of whatever call. */
  row(row: LogRow): void {
    this.#injected.row(row);
    if (row.uniqueId === row.linkedid) noteIn(this.#origins, row.linkedid, row.channel, mostCalls);
    const call = this.#open.get(row.uniqueId) ??
      this.#early.get(row.uniqueId) ?? { callId: undefined, rows: undefined };
    if (row.linkedid !== '') call.callId ??= row.linkedid;
    call.rows = withRow(call.rows, row);
    if (!this.#open.has(row.uniqueId)) noteIn(this.#early, row.uniqueId, call, mostEarly);
  }

  /** All of the log was read: rows of calls that it did not tell of are of no queue, but for those of this moment. */
  end(): void {
    for (const [oldest] of [...this.#early].slice(0, Math.max(0, this.#early.size - mostOfNow))) {
      this.#early.delete(oldest);
    }
  }

  /** What was set aside since this was asked last. */
  takeSetAside(): SetAside[] {
    return this.#setAside.splice(0);
  }

  /**
   * The calls that are over and that nobody will make a record of. Only while the picture is Asterisk's. `hasRows`: all
   * rows that Asterisk wrote so far were read; else those that prove a call may still come.
   */
  due(now: number, { callIdOf, isExpected, hasRecord, hasNoQueue }: Knowledge, hasRows = true): LoggedCall[] {
    const over = new Map<string, OpenCall[]>();
    const goesOn = new Set<string>();
    const patience = !hasRows ? Infinity : this.#open.size < enough ? proofWait : quietTime;
    for (const call of this.#open.values()) {
      const known = callIdOf(call.uniqueid);
      if (known !== undefined) {
        call.callId ??= known;
        call.heardAt = now;
        call.hasNoQueue = hasNoQueue(call.uniqueid);
      }
      if (!this.#isProven(call, hasRecord)) {
        if (now - call.heardAt >= patience) this.#drop(call, 'neither the manager interface nor a row knows the call');
        continue;
      }
      const callId = call.callId ?? this.#aliases.get(call.uniqueid) ?? call.uniqueid;
      const isOver =
        now - call.heardAt >= quietTime &&
        !isExpected(callId) &&
        (hasRecord(callId) || !this.#isDoubted(call, callIdOf, now - call.heardAt < patience));
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

  /** The record of a call that was due is made: it is not kept any longer. */
  made(callId: string): void {
    this.#leaving.delete(callId);
  }

  /** Anybody else than the log of queues knows of the call: a caller can write any Uniqueid there. */
  #isProven({ uniqueid, callId, rows }: OpenCall, hasRecord: Knowledge['hasRecord']): boolean {
    return callId !== undefined || rows !== undefined || this.#aliases.has(uniqueid) || hasRecord(uniqueid);
  }

  /**
   * Whether another caller may have written that this one joined a queue, and a row that is still to come will tell: as
   * long as that call goes on, else for a while.
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

  /** Takes the lines that callers wrote out of a call. Whether it was in a queue without them. */
  #isBelieved(call: OpenCall): boolean {
    const { found, hasNoQueue, rows } = call;
    const forged = found.filter(({ place }) => this.#injected.has(place));
    const own = found.filter((one) => !forged.includes(one));
    // Who left a queue had joined it.
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

/** Of a line of which nobody noted it. */
const unknownPlace: LinePlace = { number: -1, behind: [] };

/** Notes something, and forgets what was noted first when it is too much. */
function noteIn<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
