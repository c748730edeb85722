import type { Clock } from '../system/clock.ts';
import { localTime } from '../system/local-time.ts';
import type { Log } from '../system/log.ts';
import { Timer } from '../system/timer.ts';
import type { ReceiverStatus } from './delivery-stats.ts';
import { Poster, type PosterOptions, type Sender } from './post.ts';

/** When it is told that a receiver fails, and where besides the journal. */
export interface AlertSettings {
  /** Minutes for which it must have failed; 0: it is never told. */
  readonly minutes: number;
  readonly url: URL | undefined;
}

/** What Alerts are made of. */
export interface AlertParts {
  readonly settings: () => AlertSettings;
  readonly receivers: () => readonly Pick<ReceiverStatus, 'name' | 'state' | 'pending' | 'lastError'>[];
  /** Named in the POST: whoever gets it may have many boxes. */
  readonly mac: () => string;
  readonly version: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly createSender?: (options: PosterOptions) => Sender;
}

/** Milliseconds in which the receiver of alerts must answer, and after which one that did not arrive is sent again. */
const timeout = 15_000;
const retryWait = 60_000;
/** How often one alert is sent at most. */
const mostAttempts = 5;
/** Alerts that wait: there is one for each receiver, and they are few. */
const mostWaiting = 20;

interface Failing {
  /** Monotonic, in milliseconds. */
  readonly since: number;
  isTold: boolean;
}

/** Tells once that a receiver has failed for long: by the journal, and by one POST if there is a URL for it. */
export class Alerts {
  readonly #parts: AlertParts;
  readonly #failing = new Map<string, Failing>();
  readonly #waiting: { readonly body: string; attempts: number }[] = [];
  readonly #timer: Timer;
  #sender: { readonly url: string; readonly sender: Sender } | undefined;
  #isSending = false;
  #isStopped = false;

  constructor(parts: AlertParts) {
    this.#parts = parts;
    this.#timer = new Timer(parts.clock, () => {
      this.#send();
    });
  }

  /** The receivers that have failed for long, and for how many minutes. */
  get told(): readonly { readonly name: string; readonly minutes: number }[] {
    const now = this.#parts.clock.monotonic();
    return [...this.#failing].flatMap(([name, { since, isTold }]) =>
      isTold ? { name, minutes: Math.floor((now - since) / 60_000) } : [],
    );
  }

  /** Called about once a second. */
  tick(): void {
    const { settings, receivers, clock } = this.#parts;
    const { minutes } = settings();
    const now = clock.monotonic();
    const down = receivers().filter(({ state }) => state === 'down');
    for (const name of this.#failing.keys()) {
      if (!down.some((receiver) => receiver.name === name)) this.#failing.delete(name);
    }
    for (const receiver of down) {
      const known = this.#failing.get(receiver.name) ?? { since: now, isTold: false };
      this.#failing.set(receiver.name, known);
      if (known.isTold || minutes === 0 || now - known.since < minutes * 60_000) continue;
      known.isTold = true;
      this.#tell(receiver, known, now);
    }
  }

  /** Ends what is under way; an alert that did not arrive is lost. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer.clear();
    await this.#sender?.sender.close();
  }

  #tell(
    { name, pending, lastError }: ReturnType<AlertParts['receivers']>[number],
    { since }: Failing,
    now: number,
  ): void {
    const { log, mac, clock, settings } = this.#parts;
    const minutes = Math.floor((now - since) / 60_000);
    const reason = lastError?.reason ?? '';
    log.error(
      `push${name && ` to ${name}`}: the receiver has failed for ${minutes} minutes (${reason}), ${pending.records} records wait`,
    );
    if (settings().url === undefined || this.#waiting.length >= mostWaiting) return;
    const body = JSON.stringify({
      event: 'alert',
      alert: 'receiver-down',
      receiver: name,
      since: localTime(clock.now() - (now - since)),
      minutes,
      records: pending.records,
      reason,
      mac: mac(),
    });
    this.#waiting.push({ body, attempts: 0 });
    this.#send();
  }

  #send(): void {
    const { url } = this.#parts.settings();
    const [alert] = this.#waiting;
    if (alert === undefined || this.#isSending || this.#isStopped) return;
    if (url === undefined) {
      this.#waiting.length = 0;
      return;
    }
    this.#isSending = true;
    alert.attempts++;
    const { log, version } = this.#parts;
    this.#senderFor(url)
      .post(alert.body, { 'Content-Type': 'application/json', 'User-Agent': `coocenter-api/${version}` })
      .then(
        (result) => (result.kind === 'delivered' || result.kind === 'aborted' ? undefined : result.reason),
        (cause: unknown) => String(cause),
      )
      .then((reason) => {
        this.#isSending = false;
        if (reason !== undefined && alert.attempts < mostAttempts) {
          log.warning(`the alert could not be sent (${reason}), it is sent again`);
          this.#timer.setIn(retryWait);
          return;
        }
        if (reason !== undefined) log.error(`the alert could not be sent (${reason}), it is given up`);
        this.#waiting.shift();
        this.#send();
      })
      .catch((cause: unknown) => {
        log.error('alerts', cause);
      });
  }

  #senderFor(url: URL): Sender {
    const { clock, createSender, log } = this.#parts;
    const before = this.#sender;
    if (before?.url === url.href) return before.sender;
    before?.sender.close().catch((cause: unknown) => {
      log.error('alerts', cause);
    });
    const options = { url, timeout, clock };
    const sender = createSender?.(options) ?? new Poster(options);
    this.#sender = { url: url.href, sender };
    return sender;
  }
}
