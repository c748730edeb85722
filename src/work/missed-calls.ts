import type { Change, MissedCall } from '../picture/model.ts';
import { partyOf } from '../picture/parties.ts';
import type { Picture } from '../picture/picture.ts';
import { extensionOfMember } from '../picture/queue.ts';
import { forAll } from '../system/for-all.ts';
import type { Log } from '../system/log.ts';
import { Refusal } from '../system/refusal.ts';
import { answeredOf, isCallable, lostOf, reachedOf, triedOf, type Record } from './lost-of.ts';
import { MissedList, type MissedChange, type MissedSettings, type Worker } from './missed-list.ts';

/** What MissedCalls are made of. */
export interface MissedCallsParts {
  readonly picture: Pick<Picture, 'queues' | 'directory'>;
  readonly settings: () => MissedSettings;
  /** Whether a call was told as lost before. */
  readonly hasTold: (uuid: string) => boolean;
  /** All that was kept, as it was given to `keep` or told. Throws what the disk says. */
  readonly kept: () => readonly string[];
  /** Keeps what no record tells; `undefined`: it is forgotten. */
  readonly keep: (id: string, text: string | undefined) => void;
  /** Resolves when all that was told and kept is on the disk, or the disk takes nothing. */
  readonly settled: () => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
  /** Takes what somebody did, or what time did. */
  readonly onChange: (change: MissedCallChange) => void;
}

/** What is told of missed calls. */
export type MissedCallChange = Extract<Change, { type: 'missed-call' }>;

/** Who asks about missed calls. */
export interface Asker extends Worker {
  /** An agent sees those of the queues that this extension is a member of now, and those that it has claimed. */
  readonly confinedTo: string | undefined;
}

/** Milliseconds between two looks for what is too old or too many. */
const expireEvery = 60_000;

/**
 * Callers that were lost, as work: who was, how often, who calls them back, and what came of it. Comes in: what the picture
 * saw, and records before they are stored. Goes out: changes for events, each kept with its record in one commit, so that
 * what was told and what is known agree after any crash.
 */
export class MissedCalls {
  readonly #parts: MissedCallsParts;
  readonly #list: MissedList;
  #isLoaded = false;
  #expireAt = 0;
  /** Who called, by the name that no record has, in the call whose record comes next. */
  #caller = { uuid: '', name: '' };

  constructor(parts: MissedCallsParts) {
    this.#parts = parts;
    this.#list = new MissedList(parts.settings);
  }

  /** Goes on where the last process ended; the store is open. */
  start(): void {
    this.#load((cause) => {
      this.#parts.log.warning('what calls were missed before cannot be read yet', cause);
    });
  }

  /** Reads what was kept, once it can be read. */
  #load(onUnreadable: (cause: unknown) => void): void {
    const { kept, log } = this.#parts;
    if (this.#isLoaded) return;
    try {
      const texts = kept();
      this.#isLoaded = true;
      forAll(texts, (text) => {
        const missed = JSON.parse(text) as MissedCall;
        // What came since the start is newer.
        if (this.#list.get(missed.id) === undefined) this.#list.restore(missed);
      });
    } catch (cause) {
      if (!this.#isLoaded) onUnreadable(cause);
      else log.warning('not all calls that were missed before can be read', cause);
    }
  }

  /** What a change of the picture does to missed calls. */
  take(change: Change): MissedCallChange[] {
    if (change.type === 'call-settled') {
      const { call, callerChannel } = change.callerPath;
      this.#caller = { uuid: call.id, name: partyOf(callerChannel).name };
    }
    const tried = triedOf(change);
    if (tried !== undefined) return this.#told(this.#list.tried(tried));
    return reachedOf(change, this.#parts.now()).flatMap((reached) => this.#told(this.#list.reached(reached)));
  }

  /** What a record does that is about to be stored for the first time. What follows from it is to be stored before it. */
  record(body: { readonly event: string }): MissedCallChange[] {
    if (body.event !== 'cc_cdr') return [];
    const record = body as unknown as Record;
    const answered = answeredOf(record, this.#parts.now());
    if (answered !== undefined) return this.#told(this.#list.reached(answered));
    const { uuid, name } = this.#caller;
    const lost = lostOf(record, uuid === record.uuid ? name : '', this.#parts.now());
    const { directory } = this.#parts.picture;
    if (lost === undefined || !isCallable(lost.number, (text) => directory.isExtension(text))) return [];
    // It was stored before a crash that kept the record itself from being.
    return this.#parts.hasTold(lost.uuid) ? [] : this.#told(this.#list.lost(lost));
  }

  /** Called about once a second. */
  tick(): void {
    const { now, keep, onChange } = this.#parts;
    const at = now();
    this.#load(() => undefined);
    if (at < this.#expireAt && this.#expireAt - at <= expireEvery) return;
    this.#expireAt = at + expireEvery;
    const { changes, gone } = this.#list.expire(at);
    for (const id of gone) keep(id, undefined);
    forAll(this.#told(changes), onChange);
  }

  /** Those that somebody may see, those that were lost last first. */
  list(asker: Asker): MissedCall[] {
    const canSee = this.#sightOf(asker);
    return this.#list.all.filter(canSee);
  }

  /** Rejects with `Refusal`, as the next two: `not-found`, `conflict`. */
  claim(id: string, asker: Asker): Promise<MissedCall> {
    return this.#act(id, asker, (at) => this.#list.claim(id, asker, at));
  }

  close(id: string, asker: Asker, outcome: string, note: string): Promise<MissedCall> {
    return this.#act(id, asker, (at) => this.#list.close(id, asker, outcome, note, at));
  }

  reopen(id: string, asker: Asker): Promise<MissedCall> {
    return this.#act(id, asker, (at) => this.#list.reopen(id, asker, at));
  }

  async #act(id: string, asker: Asker, act: (at: number) => MissedChange[]): Promise<MissedCall> {
    const { now, settled, onChange } = this.#parts;
    const known = this.#list.get(id);
    if (known === undefined || !this.#sightOf(asker)(known)) throw new Refusal('not-found', 'no such missed call');
    const changes = act(now());
    forAll(this.#told(changes), onChange);
    await settled();
    return changes.at(-1)?.missed ?? known;
  }

  #told(changes: readonly MissedChange[]): MissedCallChange[] {
    return changes.flatMap(({ what, missed, ...lost }) => {
      // No record has these.
      if (what === 'tried' || what === 'claimed' || what === 'released')
        this.#parts.keep(missed.id, JSON.stringify(missed));
      return { type: 'missed-call', what, missed, ...lost, whose: this.#whose(missed) } as const;
    });
  }

  /** The members of its queues, and who has it. */
  #whose({ queues, claim, closed }: MissedCall): string[] {
    const { picture } = this.#parts;
    const members = queues.flatMap((queue) =>
      [...(picture.queues.get(queue)?.members.values() ?? [])].map((one) => extensionOfMember(picture.directory, one)),
    );
    return [...new Set([...members, claim?.extension ?? '', closed?.extension ?? ''])].filter((one) => one !== '');
  }

  #sightOf({ confinedTo }: Asker): (missed: MissedCall) => boolean {
    if (confinedTo === undefined) return () => true;
    const { picture } = this.#parts;
    const own = new Set(
      [...picture.queues.values()].flatMap(({ name, members }) =>
        [...members.values()].some((one) => extensionOfMember(picture.directory, one) === confinedTo) ? name : [],
      ),
    );
    return ({ queues, claim }) => claim?.extension === confinedTo || queues.some((queue) => own.has(queue));
  }
}
