/** Two that were not answered end the connection. */
const unansweredAllowed = 2;

/**
 * Finds out that the other side is gone although the socket does not say so: looks every `interval` ms, pings when no
 * byte came since it last looked, and calls `dead` when two pings in a row brought nothing.
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

  /** Bytes came: whatever they are, the other side lives. */
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
