/** How many pings in a row may go unanswered. */
const unansweredAllowed = 2;

/**
 * Notices that the other side is gone even if the socket does not say so. It looks every `interval` ms, pings if no byte
 * came since the last look, and calls `dead` when two pings in a row brought nothing.
 */
export class Heartbeat {
  readonly #interval: number;
  readonly #ping: () => void;
  readonly #dead: () => void;
  #timer: NodeJS.Timeout | undefined;
  #heard = true;
  #unanswered = 0;

  constructor(interval: number, ping: () => void, dead: () => void) {
    this.#interval = interval;
    this.#ping = ping;
    this.#dead = dead;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#tick();
    }, this.#interval);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Bytes came: the other side is alive, whatever they say. */
  heard(): void {
    this.#heard = true;
  }

  #tick(): void {
    if (this.#heard) {
      this.#heard = false;
      this.#unanswered = 0;
      return;
    }
    if (this.#unanswered === unansweredAllowed) {
      this.stop();
      this.#dead();
      return;
    }
    this.#unanswered++;
    this.#ping();
  }
}
