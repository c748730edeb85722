import { systemClock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { RepeatedWarnings } from '../system/repeated-warnings.ts';

/** Something with room for a limited part of Asterisk's state. */
export interface Bounded {
  /** The limits that Asterisk's state is over (`5000 channels`). */
  readonly full: readonly string[];
  hasCapacityAgain(): boolean;
}

/** Watches for an Asterisk with more state than the picture has room for. */
export class Overflow {
  readonly #picture: Bounded;
  readonly #log: Log;
  readonly #warnings: RepeatedWarnings;

  constructor(picture: Bounded, log: Log) {
    this.#picture = picture;
    this.#log = log;
    this.#warnings = new RepeatedWarnings(log, systemClock);
  }

  /** Called about once a second. Warns once of each limit; true: there is room again, and the lists must be read. */
  tick(): boolean {
    // Warn before looking for room: both may have happened since the last time.
    const { full } = this.#picture;
    for (const what of full) {
      this.#warnings.once(what, `Asterisk tells of more than ${what}: those beyond are not followed`);
    }
    const hasRoom = this.#picture.hasCapacityAgain();
    this.#warnings.overExcept(this.#picture.full);
    if (hasRoom) this.#log.info('there is room again for what Asterisk tells: its lists are asked for');
    return hasRoom;
  }
}
