import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { RepeatedWarnings } from '../system/repeated-warnings.ts';
import type { Entry } from '../store/store.ts';

/** How one receiver is doing; counts since the start, moments in milliseconds since 1970. */
export interface ReceiverStatus {
  readonly name: string;
  readonly state: 'up' | 'down';
  /** Since when it has been in this state, as far as this process knows. */
  readonly since: number;
  /** Under way or waiting. */
  readonly pending: { readonly records: number; readonly signals: number };
  readonly delivered: number;
  /** Attempts that failed. */
  readonly failed: number;
  /** Signals that were too old or too many, and records for which there was no room. */
  readonly dropped: number;
  /** Records that were given up. */
  readonly givenUp: number;
  /** Records that were given up but are still stored. */
  readonly dead: number;
  readonly lastError: { readonly at: number; readonly reason: string } | undefined;
}

type EventRef = Pick<Entry, 'event' | 'id'>;

/** Counts what becomes of a receiver's events, and logs it. */
export class DeliveryStats {
  readonly #label: string;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #warnings: RepeatedWarnings;
  #state: 'up' | 'down' = 'up';
  #since: number;
  /** Since when nothing has got through, if the settings were changed and nothing has arrived at the new one yet. */
  #unprovenSince: number | undefined;
  #delivered = 0;
  #dropped = 0;
  #failed = 0;
  #givenUp = 0;
  #lastError: ReceiverStatus['lastError'];

  constructor(name: string, log: Log, clock: Clock) {
    this.#label = name === '' ? 'push' : `push to ${name}`;
    this.#log = log;
    this.#clock = clock;
    this.#warnings = new RepeatedWarnings(log, clock);
    this.#since = clock.now();
  }

  get counts(): Omit<ReceiverStatus, 'name' | 'pending' | 'dead'> {
    return {
      state: this.#state,
      since: this.#since,
      delivered: this.#delivered,
      failed: this.#failed,
      dropped: this.#dropped,
      givenUp: this.#givenUp,
      lastError: this.#lastError,
    };
  }

  /** An event arrived; `isHere`: at the current address. */
  delivered(isHere: boolean): void {
    this.#delivered++;
    if (!isHere || this.#unprovenSince === undefined) return;
    this.#tellUp(this.#unprovenSince);
    this.#unprovenSince = undefined;
  }

  /** The receiver has a new address, about which nothing is known yet. */
  moved(): void {
    if (this.#state === 'down') {
      this.#unprovenSince ??= this.#since;
      this.#turn('up');
      this.#log.info(`${this.#label}: the settings were changed, its events are sent there`);
    }
    this.#lastError = undefined;
    this.#warnings.overExcept();
  }

  /** An attempt failed; `isUp`: the circuit breaker still considers the receiver up. */
  failed(what: EventRef, reason: string, isUp: boolean): void {
    this.#failed++;
    this.#lastError = { at: this.#clock.now(), reason };
    if (isUp) {
      this.#warnings.everyMinute('refused', `${this.#label}: ${what.event} ${what.id} refused (${reason})`);
    } else if (this.#state === 'up') {
      this.#turn('down');
      this.#warnings.everyMinute('down', `${this.#label}: the receiver is down (${reason}), its events wait`);
    }
  }

  /** The receiver is up again. */
  up(): void {
    if (this.#state === 'up') return;
    this.#tellUp(this.#unprovenSince ?? this.#since);
    this.#unprovenSince = undefined;
    this.#turn('up');
  }

  dropped(what: EventRef, why: string): void {
    this.#dropped++;
    this.#warnings.everyMinute('dropped', `${this.#label}: ${what.event} ${what.id} dropped (${why})`);
  }

  /** A record is given up. Returns the reason: `why`, or else that of the last failure. */
  dead(what: EventRef, why?: string): string {
    this.#givenUp++;
    const reason = why ?? this.#lastError?.reason ?? 'never tried';
    this.#warnings.everyMinute('dead', `${this.#label}: ${what.event} ${what.id} given up (${reason})`);
    return reason;
  }

  storeFailed(message: string, cause: unknown): void {
    this.#warnings.everyMinute('store', `${this.#label}: ${message}`, cause);
  }

  /** An attempt failed because of a bug of ours. */
  bug(cause: unknown): void {
    this.#log.error(`${this.#label}: an attempt could not be made`, cause);
  }

  #tellUp(downSince: number): void {
    const seconds = Math.round((this.#clock.now() - downSince) / 1000);
    this.#log.info(`${this.#label}: the receiver is up, after ${seconds} s`);
  }

  #turn(state: 'up' | 'down'): void {
    this.#state = state;
    this.#since = this.#clock.now();
  }
}
