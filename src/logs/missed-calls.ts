import type { FoundCall } from './queue-call.ts';
import { visitsOf } from './queue-call.ts';
import type { QueueEntry } from './queue-log.ts';
import { readEntry } from './queue-log.ts';
import type { LogRow } from './row.ts';

/** Milliseconds after the last line of a call in which the picture may learn of its channel. */
const GRACE = 5_000;
/** Rings of one call in vain, other lines of it, and calls at once, that are kept: more are no calls. */
const MOST_RINGS = 100;
const MOST_LINES = 200;
const MOST_CALLS = 2_000;
/** Calls whose record was made lately: a note is a few seconds old at most. */
const MOST_ALIASES = 200;

/** What the rest of the daemon knows of a call. */
export interface Knowledge {
  /** Id of the call that a Uniqueid is part of, while the picture has it. */
  readonly callIdOf: (uniqueid: string) => string | undefined;
  /** Its record is still to be made by who saw the call. */
  readonly isExpected: (callId: string) => boolean;
  /** Its record was made. */
  readonly isTold: (callId: string) => boolean;
}

interface OpenCall {
  readonly uniqueid: string;
  callId: string | undefined;
  readonly lines: string[];
  readonly entries: QueueEntry[];
  rows: FoundCall['rows'];
  /** When it was last heard of, ms of the monotonic clock. */
  heardAt: number;
}

/** What is kept over a restart. */
export interface KeptCalls {
  readonly calls: readonly KeptCall[];
  readonly aliases: readonly (readonly [uniqueid: string, callId: string])[];
}

/** A call as it is kept. */
export interface KeptCall {
  readonly uniqueid: string;
  readonly callId: string;
  readonly lines: readonly string[];
  readonly rows: FoundCall['rows'] | null;
}

/** Which callers of queues have no call-centre record though their call is over. Pure; `now`: ms of the monotonic clock. */
export class MissedCalls {
  /** By the Uniqueid of the caller's channel, the oldest first. */
  readonly #open = new Map<string, OpenCall>();
  /** What the log may call a call by, the oldest first. */
  readonly #aliases = new Map<string, string>();

  /** Callers that are known. */
  get size(): number {
    return this.#open.size;
  }

  get kept(): KeptCalls {
    const calls = [...this.#open.values()].map(({ uniqueid, callId = '', lines, rows = null }) => ({
      uniqueid,
      callId,
      lines,
      rows,
    }));
    return { calls, aliases: [...this.#aliases] };
  }

  restore({ calls, aliases }: KeptCalls, now: number): void {
    for (const [uniqueid, callId] of aliases) this.#aliases.set(uniqueid, callId);
    for (const { uniqueid, callId, lines, rows } of calls) {
      for (const line of lines) this.found(line, now);
      const call = this.#open.get(uniqueid);
      if (call === undefined) continue;
      call.callId = callId === '' ? undefined : callId;
      call.rows = rows ?? undefined;
    }
  }

  /** The log may call a call by these ids. Returns whether that was news. */
  alias(callId: string, uniqueids: readonly string[]): boolean {
    const others = uniqueids.filter((uniqueid) => uniqueid !== callId && this.#aliases.get(uniqueid) !== callId);
    for (const uniqueid of others) this.#aliases.set(uniqueid, callId);
    for (const [oldest] of [...this.#aliases].slice(0, Math.max(0, this.#aliases.size - MOST_ALIASES))) {
      this.#aliases.delete(oldest);
    }
    return others.length > 0;
  }

  /** A line was read in the queue's log. */
  found(line: string, now: number): void {
    const entry = readEntry(line);
    if (entry === undefined) return;
    let call = this.#open.get(entry.uniqueid);
    if (call === undefined) {
      if (entry.event !== 'ENTERQUEUE') return;
      const { uniqueid } = entry;
      call = { uniqueid, callId: undefined, lines: [], entries: [], rows: undefined, heardAt: now };
      this.#open.set(uniqueid, call);
      const [oldest] = this.#open.keys();
      if (this.#open.size > MOST_CALLS && oldest !== undefined) this.#open.delete(oldest);
    }
    call.heardAt = now;
    // A caller of a large queue has so many rings within minutes; how the waiting ended comes after all of them.
    const most = entry.event.startsWith('RING') ? MOST_RINGS : MOST_RINGS + MOST_LINES;
    if (call.lines.length >= most) return;
    call.lines.push(line);
    call.entries.push(entry);
  }

  /** A row was read, of whatever call. */
  row(row: LogRow): void {
    const call = this.#open.get(row.uniqueId);
    if (call === undefined) return;
    if (row.linkedid !== '') call.callId ??= row.linkedid;
    const { from, to } = row.span;
    const { rows } = call;
    call.rows = {
      from: Math.min(rows?.from ?? from, from),
      to: Math.max(rows?.to ?? to, to),
      channel: rows?.channel ?? row.channel,
    };
  }

  /** The calls that are over and that nobody will make a record of. Only while the picture is Asterisk's. */
  due(now: number, { callIdOf, isExpected, isTold }: Knowledge): FoundCall[] {
    const over = new Map<string, OpenCall[]>();
    const goesOn = new Set<string>();
    for (const call of this.#open.values()) {
      const known = callIdOf(call.uniqueid);
      if (known !== undefined) {
        call.callId ??= known;
        call.heardAt = now;
      }
      const callId = call.callId ?? this.#aliases.get(call.uniqueid) ?? call.uniqueid;
      const isOver = now - call.heardAt >= GRACE && !isExpected(callId);
      if (isOver) over.set(callId, [...(over.get(callId) ?? []), call]);
      else goesOn.add(callId);
    }
    const due: FoundCall[] = [];
    for (const [callId, calls] of over) {
      if (goesOn.has(callId)) continue;
      for (const { uniqueid } of calls) this.#open.delete(uniqueid);
      if (!isTold(callId)) due.push(foundCall(callId, calls));
    }
    return due;
  }
}

function foundCall(callId: string, calls: readonly OpenCall[]): FoundCall {
  const rows = calls.map((call) => call.rows).filter((one) => one !== undefined);
  const [first] = rows;
  return {
    callId,
    caller: calls[0]?.entries[0]?.data[1] ?? '',
    visits: calls.flatMap(({ entries }) => visitsOf(entries)).sort((a, b) => a.joinedAt - b.joinedAt),
    rows: first && {
      from: Math.min(...rows.map(({ from }) => from)),
      to: Math.max(...rows.map(({ to }) => to)),
      channel: first.channel,
    },
  };
}
