import type { Log } from '../system/log.ts';
import type { Forgery } from './decoder.ts';

/** How many channels that a warning named are remembered. */
const mostNamed = 100;

/** Counts forged events and warns once for each channel, since one call makes dozens. */
export class ForgeryLog {
  readonly #log: Log;
  readonly #named = new Set<string>();
  #count = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Since the start. */
  get count(): number {
    return this.#count;
  }

  add({ event, channel, isRead }: Forgery): void {
    this.#count++;
    const what = event === '' ? 'what follows no event' : `the event ${event}`;
    const fate = isRead ? 'only its own fields were read' : 'it was left out';
    this.#log.debug(
      `AMI: ${what} of ${channel || 'an unknown channel'} had lines in it that Asterisk did not write; ${fate}`,
    );
    if (this.#named.has(channel)) return;
    const [oldest] = this.#named;
    if (this.#named.size >= mostNamed && oldest !== undefined) this.#named.delete(oldest);
    this.#named.add(channel);
    const who = channel === '' ? 'a channel that cannot be told' : `channel ${channel}`;
    this.#log.warning(
      `AMI: somebody tries to forge events: the number, name or extension of ${who} has line ends in it; ` +
        'what they wrote is not believed, and the state is asked of Asterisk again',
    );
  }
}
