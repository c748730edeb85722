import type { Log } from '../system/log.ts';

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
  readonly #said = new Set<string>();

  constructor(picture: Bounded, log: Log) {
    this.#picture = picture;
    this.#log = log;
  }

  /** Called about once a second. Says once what is full; true: there is room again, and lists are to be asked for. */
  tick(): boolean {
    // Said before it is looked whether there is room again: both may have come about since the last time.
    const { full } = this.#picture;
    for (const what of full) {
      if (this.#said.has(what)) continue;
      this.#said.add(what);
      this.#log.warning(`Asterisk tells of more than ${what}: those beyond are not followed`);
    }
    const hasRoom = this.#picture.hasCapacityAgain();
    for (const what of this.#said) if (!this.#picture.full.includes(what)) this.#said.delete(what);
    if (hasRoom) this.#log.info('there is room again for what Asterisk tells: its lists are asked for');
    return hasRoom;
  }
}
