import type { Call, Leg, Recording } from '../picture/model.ts';

/** A file that is, or was, recorded into, and was not told yet. Times: milliseconds since 1970. */
export interface PendingRecording {
  /** As MixMonitor names it. */
  readonly file: string;
  /** The call's id. */
  readonly callId: string;
  readonly clientUserId: string;
  /** The extensions that talked while it ran, in the order in which they did. */
  readonly agents: readonly string[];
  readonly from: number;
  /** When it ended; 0: while nobody looked. `undefined`: it may still be written into. */
  readonly to: number | undefined;
}

/** Files that are remembered after they were told: the logs may name them once more. */
const mostTold = 500;
/** Files that may be pending. */
const mostPending = 10_000;

/** What is kept over a restart. */
interface Saved {
  readonly pending: readonly PendingRecording[];
  readonly told: readonly string[];
}

/**
 * The recordings of the calls under way, and those whose files are not complete yet. One file of one call is one recording,
 * however often it was begun: with option a MixMonitor goes on writing into the same. Pure.
 */
export class PendingRecordings {
  readonly #pending = new Map<string, PendingRecording>();
  readonly #told = new Set<string>();

  /** MixMonitor writes a file. */
  begun({ file, on, at }: Recording): void {
    const { id, clientUserId } = on.call;
    const known = this.#pending.get(keyOf(id, file));
    if (known === undefined && this.#pending.size >= mostPending) return;
    this.#set({ agents: [], from: at, ...known, file, callId: id, clientUserId, to: undefined });
  }

  /** A phone answers: if nobody sees the end of the call, that is all that is known of who talked. */
  answered({ call, extension }: Leg): boolean {
    const own = this.#of(call.id);
    if (extension === '') return false;
    for (const one of own) this.#set({ ...one, agents: union(one.agents, [extension]) });
    return own.length > 0;
  }

  /** A call is over: nothing is recorded into its files any more. */
  ended(call: Call, now: number): boolean {
    const own = this.#of(call.id);
    for (const one of own) {
      const runs = call.recordings.filter(({ file }) => file === one.file);
      const ends = runs.map(({ until, on }) => until ?? on.endedAt ?? now);
      const agents = talkersOf(call, runs);
      this.#set({
        ...one,
        clientUserId: call.clientUserId || one.clientUserId,
        agents: runs.length > 0 ? agents : union(one.agents, agents),
        to: Math.max(one.from, ...(ends.length > 0 ? ends : [now])),
      });
    }
    return own.length > 0;
  }

  /** What goes on is known: calls that are not among it ended while nobody looked. */
  current(isLive: (callId: string) => boolean): void {
    for (const one of this.#pending.values()) {
      if (one.to === undefined && !isLive(one.callId)) this.#set({ ...one, to: 0 });
    }
  }

  /** Takes a recording that only the logs tell of, unless its file is known. */
  found(recording: PendingRecording): void {
    const isKnown =
      this.#told.has(recording.file) || [...this.#pending.values()].some(({ file }) => file === recording.file);
    if (!isKnown && this.#pending.size < mostPending) this.#set(recording);
  }

  /** Those whose calls are over. */
  due(): PendingRecording[] {
    return [...this.#pending.values()].filter(({ to }) => to !== undefined);
  }

  /** It was told, or there is nothing to tell. */
  done({ callId, file }: PendingRecording): void {
    this.#pending.delete(keyOf(callId, file));
    this.#told.delete(file);
    this.#told.add(file);
    const [oldest] = this.#told;
    if (this.#told.size > mostTold && oldest !== undefined) this.#told.delete(oldest);
  }

  /** All of it, to be kept over a restart. */
  get saved(): string {
    return JSON.stringify({ pending: [...this.#pending.values()], told: [...this.#told] } satisfies Saved);
  }

  /** Goes on with what was saved. */
  restore(text: string): void {
    const { pending, told } = JSON.parse(text) as Saved;
    for (const one of pending) this.#set({ ...one, to: one.to });
    for (const file of told) this.#told.add(file);
  }

  #of(callId: string): PendingRecording[] {
    return [...this.#pending.values()].filter((one) => one.callId === callId);
  }

  #set(one: PendingRecording): void {
    this.#pending.set(keyOf(one.callId, one.file), one);
  }
}

function keyOf(callId: string, file: string): string {
  return JSON.stringify([callId, file]);
}

/** The extensions in the conversations that these recordings hold; of all, where a restart has lost which they hold. */
function talkersOf({ channels }: Call, runs: readonly Recording[]): string[] {
  const talks = new Set([...channels.values()].flatMap((channel) => channel.talks));
  const held = [...talks].filter(
    ({ recordings }) => runs.length === 0 || recordings.some((recording) => runs.includes(recording)),
  );
  return union(
    [],
    held.sort((a, b) => a.from - b.from).flatMap(({ between }) => between.map(({ extension }) => extension)),
  );
}

function union(some: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...some, ...more])].filter((extension) => extension !== '');
}
