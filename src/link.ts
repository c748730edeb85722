import type { AmiClient } from './ami/client.ts';
import type { Flow } from './flow.ts';
import type { Overflow } from './snapshot/overflow.ts';
import type { Snapshot } from './snapshot/snapshot.ts';
import { systemClock, type Clock } from './system/clock.ts';
import type { Log } from './system/log.ts';
import { Timer } from './system/timer.ts';

/** Milliseconds before a failed snapshot is asked for again. */
const retryWait = 1_000;
/** Milliseconds from a forged event to the snapshot that mends what it may have done. */
const healWait = 5_000;

/**
 * `away`: no connection. `reading`: connected, and a snapshot is being asked for. `current`: the picture is Asterisk's.
 */
export type LinkState = 'away' | 'reading' | 'current';

/** What a Link is made of. */
export interface LinkParts {
  readonly ami: Pick<AmiClient, 'state' | 'lastError'>;
  readonly overflow: Overflow;
  /** Asks Asterisk for its whole state. */
  readonly fetchSnapshot: () => Promise<Snapshot>;
  /** Takes the snapshots. */
  readonly flow: () => Flow;
  readonly log: Log;
  readonly clock?: Clock;
}

/**
 * Owns the answer to "is Asterisk's state known?". In: the connection's ups and downs, and doubts about the picture.
 * Out: snapshots for the flow. It knows nothing of what a snapshot says.
 */
export class Link {
  readonly #parts: LinkParts;
  #isCurrent = false;
  #since = Date.now();
  /** Monotonic, in milliseconds. */
  #currentSince: number | undefined;
  /** Counts the questions: only the answer to the newest counts, since the picture expects that one. */
  #asked = 0;
  #isAsking = false;
  #snapshots = 0;
  readonly #retry: Timer;
  readonly #heal: Timer;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.#retry = this.#askingTimer(retryWait);
    this.#heal = this.#askingTimer(healWait);
  }

  get state(): LinkState {
    return this.#isCurrent ? 'current' : this.#isUp ? 'reading' : 'away';
  }

  /** False from the loss of the connection until a snapshot is in. */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  /** When `isCurrent` changed last, in milliseconds since 1970. */
  get since(): number {
    return this.#since;
  }

  /** Snapshots taken since the start. */
  get snapshots(): number {
    return this.#snapshots;
  }

  /** Since when the picture is Asterisk's, in milliseconds of the monotonic clock; `undefined` while it is not. */
  get currentSince(): number | undefined {
    return this.#currentSince;
  }

  /** Why Asterisk's state is not known; `undefined` while it is. */
  get reason(): string | undefined {
    switch (this.state) {
      case 'current':
        return undefined;
      case 'reading':
        return 'reading the state of Asterisk';
      case 'away': {
        const cause = this.#parts.ami.lastError?.message;
        return `no connection to Asterisk${cause === undefined ? '' : `: ${cause}`}`;
      }
    }
  }

  /** The connection is there. */
  up(): void {
    this.#ask();
  }

  /** The connection is lost. */
  down(): void {
    this.#become(false);
    this.stop();
    this.#parts.flow().lost();
  }

  /** An event was missed: a new snapshot mends what it can. */
  missed(): void {
    this.#parts.flow().missed();
    this.#retry.ensureIn(retryWait);
  }

  /** An event was forged. However many come, one snapshot mends what they may have done. */
  forged(): void {
    this.#heal.ensureIn(healWait);
  }

  /** Called about once a second: asks again once the picture has room for what it turned away. */
  tick(): void {
    if (!this.#parts.overflow.tick() || !this.#isUp) return;
    this.#parts.flow().missed();
    this.#ask();
  }

  /** Nothing is asked for any more. */
  stop(): void {
    this.#retry.clear();
    this.#heal.clear();
  }

  /**
   * A timer that asks for a snapshot, and waits once more while one is on its way: asking anew would discard that one, and
   * events that are forged, or missed, one after the other could put off the snapshot for ever.
   */
  #askingTimer(wait: number): Timer {
    const timer: Timer = new Timer(this.#parts.clock ?? systemClock, () => {
      if (this.#isAsking) timer.setIn(wait);
      else if (this.#isUp) this.#ask();
    });
    return timer;
  }

  get #isUp(): boolean {
    return this.#parts.ami.state === 'up';
  }

  #become(isCurrent: boolean): void {
    if (this.#isCurrent === isCurrent) return;
    this.#isCurrent = isCurrent;
    this.#since = Date.now();
    this.#currentSince = isCurrent ? performance.now() : undefined;
  }

  #ask(): void {
    const { fetchSnapshot, flow, log } = this.#parts;
    flow().expectSnapshot();
    const asked = ++this.#asked;
    this.#isAsking = true;
    fetchSnapshot()
      .then((snapshot) => {
        if (asked !== this.#asked) return;
        this.#isAsking = false;
        if (!this.#isUp) return;
        flow().takeSnapshot(snapshot);
        this.#snapshots++;
        this.#become(true);
        flow().current();
      })
      .catch((cause: unknown) => {
        if (asked !== this.#asked) return;
        this.#isAsking = false;
        if (!this.#isUp) return;
        log.warning('Asterisk did not answer the questions for its state, they are asked again', cause);
        this.#retry.ensureIn(retryWait);
      });
  }
}
