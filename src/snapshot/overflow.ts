import { systemClock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { RepeatedWarnings } from '../system/repeated-warnings.ts';

/** What has room for so much of Asterisk's state and no more. */
export interface Bounded {
  /** What Asterisk told more of than there is room for (`5000 channels`). */
  readonly full: readonly string[];
  hasCapacityAgain(): boolean;
}

/** What is done about an Asterisk that tells of more than the picture has room for. */
export class Overflow {
  readonly #picture: Bounded;
  readonly #log: Log;
  readonly #warnings: RepeatedWarnings;

  constructor(picture: Bounded, log: Log) {
    this.#picture = picture;
    this.#log = log;
    this.#warnings = new RepeatedWarnings(log, systemClock);
  }

  /** Called about once a second. Says once what is full; true: there is room again, and lists are to be asked for. */
  tick(): boolean {
    // Said before it is looked whether there is room again: both may have come about since the last time.
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
