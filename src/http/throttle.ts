import { networkOf } from './host.ts';

/** What is known of one sender. */
interface Sender {
  /** Wrong tokens it may still send. */
  left: number;
  /** When `left` was right, in milliseconds. */
  at: number;
  /** It has sent a right token before. */
  known: boolean;
}

/**
 * Slows down senders of wrong tokens: `burst` at once, then one per `interval` milliseconds. A sender that has sent a
 * right token is never kept out, only its wrong ones are refused: behind one address there may be a whole office, one
 * of whose clients has an old token. At most `size` senders are remembered.
 */
export class Throttle {
  readonly #senders = new Map<string, Sender>();
  readonly #burst: number;
  readonly #interval: number;
  readonly #size: number;

  constructor({ burst = 20, interval = 1000, size = 1000 } = {}) {
    this.#burst = burst;
    this.#interval = interval;
    this.#size = size;
  }

  /** Seconds for which nothing of this sender is looked at; 0: look. */
  blocked(remote: string, now: number): number {
    const sender = this.#senders.get(networkOf(remote));
    return sender === undefined || sender.known ? 0 : this.#wait(sender, now);
  }

  /** Notes a wrong token; seconds to wait before the next one, 0 while there are some left. */
  wrong(remote: string, now: number): number {
    const sender = this.#touch(remote, now);
    const wait = this.#wait(sender, now);
    sender.left = Math.max(0, this.#available(sender, now) - 1);
    sender.at = now;
    return wait;
  }

  right(remote: string, now: number): void {
    this.#touch(remote, now).known = true;
  }

  #touch(remote: string, now: number): Sender {
    const key = networkOf(remote);
    const sender = this.#senders.get(key) ?? { left: this.#burst, at: now, known: false };
    // Set anew, it is the youngest: the Map's first is the one that was silent the longest.
    this.#senders.delete(key);
    this.#senders.set(key, sender);
    for (const oldest of this.#senders.keys()) {
      if (this.#senders.size <= this.#size) break;
      this.#senders.delete(oldest);
    }
    return sender;
  }

  #available(sender: Sender, now: number): number {
    return Math.min(this.#burst, sender.left + Math.max(0, now - sender.at) / this.#interval);
  }

  #wait(sender: Sender, now: number): number {
    const available = this.#available(sender, now);
    return available >= 1 ? 0 : Math.ceil(((1 - available) * this.#interval) / 1000);
  }
}
