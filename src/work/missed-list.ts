import { comparedNumber, isSameNumber, type ComparedNumber } from '../control/same-number.ts';
import type { MissedCall } from '../picture/model.ts';
import { Refusal } from '../system/refusal.ts';

/** What became of missed calls. `tried`: somebody called back, and did not reach them. */
export interface MissedChange {
  readonly what: 'lost' | 'reopened' | 'claimed' | 'released' | 'tried' | 'closed';
  readonly missed: MissedCall;
  /** The call that was lost. */
  readonly lostIn?: string;
}

/** A caller of a queue to whom nobody talked. */
export type Lost = Pick<
  MissedCall,
  'uuid' | 'number' | 'name' | 'queues' | 'queue' | 'cause' | 'wait' | 'agentCode' | 'trunkNumber' | 'hasVoicemail'
> & { readonly at: number };

/** Somebody talked to a number. */
export interface Reached {
  readonly number: string;
  /** `answered`: it called; `reached`: it was called. */
  readonly how: 'answered' | 'reached';
  /** The extension of who talked to it; `''`: unknown. */
  readonly extension: string;
  readonly at: number;
}

/** Who does something about a missed call. */
export interface Worker {
  readonly extension: string;
  readonly name: string;
  /** Also does what another has claimed. */
  readonly isAbove: boolean;
}

/** The settings: `[dialplan] international`, `[missed_calls] days`. */
export interface MissedSettings {
  readonly international: string;
  readonly days: number;
}

/** Missed calls that are open, and as many that are closed. */
const most = 1_000;
/** Numbers that were talked to last: a call may be found lost only after that. */
const mostReached = 1_000;
const day = 24 * 3600 * 1000;

/**
 * The callers that were lost, merged by number: who works on them, and what came of it. A number is reached when anybody
 * talks to it later. Bounded in number and age. Pure; moments are ms epoch.
 */
export class MissedList {
  readonly #settings: () => MissedSettings;
  /** In the order in which they were lost first. */
  readonly #all = new Map<string, MissedCall>();
  /** The open ones by `ComparedNumber.bucket`. */
  readonly #open = new Map<string, Set<string>>();
  readonly #reached = new Map<string, Reached>();

  constructor(settings: () => MissedSettings) {
    this.#settings = settings;
  }

  /** All, those that were lost last first. */
  get all(): MissedCall[] {
    return [...this.#all.values()].sort((a, b) => b.last - a.last);
  }

  get(id: string): MissedCall | undefined {
    return this.#all.get(id);
  }

  /** Goes on with one that was kept. */
  restore(missed: MissedCall): void {
    this.#put(missed);
  }

  /** A caller was lost. Where somebody talked to them since, it is closed at once: news come in any order. */
  lost({ at, ...call }: Lost): MissedChange[] {
    const known = this.#openOf(call.number);
    if (known?.uuid === call.uuid) return [];
    const missed: MissedCall =
      known === undefined
        ? { ...call, id: call.uuid, calls: 1, first: at, last: at, tries: 0, closings: 0 }
        : {
            ...known,
            // What is told of the last call stays where an older one is found late.
            ...(at < known.last ? { name: known.name || call.name } : { ...call, name: call.name || known.name }),
            queues: [...new Set([...known.queues, ...call.queues])],
            calls: known.calls + 1,
            first: Math.min(known.first, at),
            last: Math.max(known.last, at),
          };
    if (known === undefined && this.#all.has(missed.id)) return [];
    this.#put(missed);
    const compared = this.#compared(call.number);
    const later =
      compared &&
      [...this.#reached.values()].find((reached) => {
        const other = this.#compared(reached.number);
        return reached.at >= since(missed) && other !== undefined && isSameNumber(compared, other);
      });
    const told = { what: 'lost', missed, lostIn: call.uuid } as const;
    return [told, ...(later === undefined ? [] : this.#close(missed, later, later.how, '', ''))];
  }

  /** Somebody talked to a number: what it was lost for before is closed. */
  reached(reached: Reached): MissedChange[] {
    const known = this.#reached.get(reached.number);
    this.#reached.delete(reached.number);
    // One that was found in a log may be older.
    this.#reached.set(reached.number, known !== undefined && known.at > reached.at ? known : reached);
    const [oldest] = this.#reached.keys();
    if (this.#reached.size > mostReached && oldest !== undefined) this.#reached.delete(oldest);
    return this.#allOpenOf(reached.number)
      .filter((one) => since(one) <= reached.at)
      .flatMap((missed) => this.#close(missed, reached, reached.how, '', ''));
  }

  /** Somebody called a number, and did not reach it. */
  tried(number: string): MissedChange[] {
    const missed = this.#openOf(number);
    return missed === undefined ? [] : this.#change('tried', { ...missed, tries: missed.tries + 1 });
  }

  /** @throws {Refusal} `not-found`; `conflict`: it is closed, or another has it */
  claim(id: string, worker: Worker, at: number): MissedChange[] {
    const missed = this.#require(id);
    if (missed.closed !== undefined) throw new Refusal('conflict', 'the missed call is closed');
    const { claim } = missed;
    if (claim !== undefined) {
      if (isOf(claim, worker)) return [];
      throw claimed(claim);
    }
    return this.#change('claimed', { ...missed, claim: { extension: worker.extension, name: worker.name, at } });
  }

  /** @throws {Refusal} `not-found`; `conflict`: it is closed already, or another has it */
  close(id: string, worker: Worker, outcome: string, note: string, at: number): MissedChange[] {
    const missed = this.#require(id);
    if (missed.closed !== undefined) throw new Refusal('conflict', 'the missed call is closed');
    const { claim } = missed;
    if (claim !== undefined && !worker.isAbove && !isOf(claim, worker)) throw claimed(claim);
    return this.#close(missed, { ...worker, at }, 'closed', outcome, note);
  }

  /**
   * One that is closed is open again, and one that is claimed is free again.
   * @throws {Refusal} `not-found`; `conflict`: it is open, another has it, or its number was lost anew
   */
  reopen(id: string, worker: Worker, at: number): MissedChange[] {
    const { claim, closed, ...missed } = this.#require(id);
    if (closed === undefined) {
      if (claim === undefined) throw new Refusal('conflict', 'the missed call is open');
      if (!worker.isAbove && !isOf(claim, worker)) throw claimed(claim);
      return this.#change('released', { ...missed, released: at });
    }
    const newer = this.#openOf(missed.number);
    if (newer !== undefined)
      throw new Refusal('conflict', `the number was lost again: see the missed call ${newer.id}`);
    return this.#change('reopened', { ...missed, reopened: at });
  }

  /** Closes what is too old, or too many; forgets what was closed long ago. `gone`: those that are forgotten. */
  expire(now: number): { readonly changes: MissedChange[]; readonly gone: string[] } {
    const before = now - this.#settings().days * day;
    const all = this.all;
    const open = all.filter(({ closed }) => closed === undefined);
    const changes = open
      .filter((missed, index) => since(missed) < before || index >= most)
      .flatMap((missed) => this.#close(missed, { extension: '', at: now }, 'expired', '', ''));
    const closed = all.filter(({ closed }) => closed !== undefined);
    const gone = closed
      .filter((missed, index) => (missed.closed?.at ?? 0) < before || index >= most)
      .map(({ id }) => id);
    for (const id of gone) this.#all.delete(id);
    return { changes, gone };
  }

  #change(what: MissedChange['what'], missed: MissedCall): MissedChange[] {
    this.#put(missed);
    return [{ what, missed }];
  }

  #close(
    missed: MissedCall,
    { extension, name = '', at }: { readonly extension: string; readonly name?: string; readonly at: number },
    how: NonNullable<MissedCall['closed']>['how'],
    outcome: string,
    note: string,
  ): MissedChange[] {
    const closed = { how, extension, name, outcome, note, at };
    return this.#change('closed', { ...missed, closed, closings: missed.closings + 1 });
  }

  #put(missed: MissedCall): void {
    this.#all.set(missed.id, missed);
    const bucket = this.#compared(missed.number)?.bucket;
    if (bucket === undefined) return;
    const open = this.#open.get(bucket) ?? new Set();
    if (missed.closed === undefined) open.add(missed.id);
    else open.delete(missed.id);
    if (open.size === 0) this.#open.delete(bucket);
    else this.#open.set(bucket, open);
  }

  #openOf(number: string): MissedCall | undefined {
    return this.#allOpenOf(number)[0];
  }

  /** Most often one; two when numbers that differ are both one with a third, or what was kept was read late. */
  #allOpenOf(number: string): MissedCall[] {
    const compared = this.#compared(number);
    if (compared === undefined) return [];
    return [...(this.#open.get(compared.bucket) ?? [])].flatMap((id) => {
      const missed = this.#all.get(id);
      const other = missed && this.#compared(missed.number);
      return missed !== undefined && other !== undefined && isSameNumber(compared, other) ? missed : [];
    });
  }

  #compared(number: string): ComparedNumber | undefined {
    return comparedNumber(number, this.#settings().international);
  }

  #require(id: string): MissedCall {
    const missed = this.#all.get(id);
    if (missed === undefined) throw new Refusal('not-found', 'no such missed call');
    return missed;
  }
}

/** Who is talked to later has been reached. */
function since({ last, reopened = 0 }: MissedCall): number {
  return Math.max(last, reopened);
}

type Claim = NonNullable<MissedCall['claim']>;

function isOf(claim: Claim, { extension, name }: Worker): boolean {
  return claim.extension === extension && claim.name === name;
}

function claimed({ extension, name }: Claim): Refusal {
  return new Refusal('conflict', `the missed call is claimed by ${[name, extension].filter(Boolean).join(', ')}`);
}
