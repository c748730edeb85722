import type { Checkpoints } from '../system/checkpoints.ts';
import type { Clock } from '../system/clock.ts';
import { localTime } from '../system/local-time.ts';
import type { Log } from '../system/log.ts';
import type { AlertBody } from './alert-body.ts';
import type { ReceiverStatus } from './delivery-stats.ts';
import { Failing, type Failure, type Watched } from './failing.ts';
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
  readonly receivers: () => readonly (Watched & Pick<ReceiverStatus, 'pending' | 'lastError'>)[];
  /** Where it is kept what was told, so that a restart does not tell it again. */
  readonly checkpoints: Pick<Checkpoints, 'checkpoint' | 'setCheckpoint'>;
  /** What people call a receiver: that of `[general]` has no name of its own. */
  readonly shownName: (name: string) => string;
  /** Named in the POST: whoever gets it may have many boxes. */
  readonly mac: () => string;
  readonly version: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly createSender?: (options: PosterOptions) => Sender;
}

const checkpointName = 'alerts';

/** Milliseconds in which the receiver of alerts must answer. */
const timeout = 15_000;
/** Milliseconds before an alert that did not arrive is sent again: twice as many each time, up to the longest. */
const firstWait = 15_000;
const longestWait = 3_600_000;

/**
 * Tells once that a receiver has failed for long: by the journal, and by one POST if there is a URL for it. The network
 * that the receiver is out of reach by is most often that of the alert too, so it is sent until it arrives or the receiver
 * is well.
 */
export class Alerts {
  readonly #parts: AlertParts;
  readonly #failing = new Failing();
  #saved: string | undefined;
  /** Of the monotonic clock, in milliseconds. */
  #ticked: number | undefined;
  #sender: { readonly url: string; readonly sender: Sender } | undefined;
  #isSending = false;
  /** Attempts that failed in a row, and when the next may begin. */
  #failed = 0;
  #notBefore = 0;

  constructor(parts: AlertParts) {
    this.#parts = parts;
  }

  /** The receivers that have failed for long, and for how long, in words. */
  get told(): readonly { readonly name: string; readonly time: string }[] {
    return this.#failing.told.map(({ name, ms }) => ({ name, time: inMinutes(ms) }));
  }

  /** Reads what was told before. The store is open by now. */
  start(): void {
    const { checkpoints, log, clock } = this.#parts;
    this.#ticked = clock.monotonic();
    try {
      this.#saved = checkpoints.checkpoint(checkpointName);
      if (this.#saved !== undefined) this.#failing.restore(this.#saved);
    } catch (cause) {
      log.warning('which receivers have failed for long cannot be read: it is told again', cause);
    }
  }

  /** Called about once a second. */
  tick(): void {
    const { settings, receivers, clock } = this.#parts;
    const now = clock.monotonic();
    const { minutes, url } = settings();
    const all = receivers();
    const limit = minutes === 0 ? Infinity : minutes * 60_000;
    for (const failure of this.#failing.note(all, now - (this.#ticked ?? now), limit)) this.#tell(failure);
    this.#ticked = now;
    this.#save(false);
    if (url !== undefined) this.#send(url, now);
  }

  /** Ends what is under way; an alert that did not arrive is sent after the next start. The store is still open. */
  async stop(): Promise<void> {
    if (this.#ticked === undefined) return;
    this.#save(true);
    await this.#sender?.sender.close();
  }

  #tell({ name, ms }: Failure): void {
    const { records, reason } = this.#newsOf(name);
    this.#parts.log.error(
      `push${name && ` to ${name}`}: the receiver has failed for ${inMinutes(ms)} (${reason}), ${records} records wait`,
    );
  }

  /** Sends the first alert that has not arrived. */
  #send(url: URL, now: number): void {
    const sender = this.#senderFor(url);
    const failure = this.#failing.told.find(({ isPosted, isSeen }) => !isPosted && isSeen);
    if (failure === undefined || this.#isSending || now < this.#notBefore) return;
    this.#isSending = true;
    const { log, version } = this.#parts;
    sender
      .post(this.#bodyOf(failure), { 'Content-Type': 'application/json', 'User-Agent': `coocenter-api/${version}` })
      .then(
        (result) => {
          if (result.kind === 'delivered') this.#arrived(failure);
          else if (result.kind !== 'aborted') this.#missed(result.reason);
        },
        (cause: unknown) => {
          this.#missed(String(cause));
        },
      )
      .finally(() => {
        this.#isSending = false;
      })
      .catch((cause: unknown) => {
        log.error('alerts', cause);
      });
  }

  #arrived(failure: Failure): void {
    failure.isPosted = true;
    this.#failed = 0;
    this.#parts.log.info(`push${failure.name && ` to ${failure.name}`}: the alert was sent`);
    this.#save(false);
  }

  #missed(reason: string): void {
    const { log, clock } = this.#parts;
    const text = `the alert could not be sent (${reason}), it is sent again`;
    if (this.#failed === 0) log.warning(text);
    else log.debug(text);
    this.#notBefore = clock.monotonic() + Math.min(longestWait, firstWait * 2 ** this.#failed);
    this.#failed++;
  }

  #bodyOf({ name, ms }: Failure): string {
    const { mac, shownName, clock } = this.#parts;
    const body: AlertBody = {
      event: 'alert',
      alert: 'receiver-down',
      receiver: shownName(name),
      since: localTime(clock.now() - ms),
      minutes: Math.floor(ms / 60_000),
      ...this.#newsOf(name),
      mac: mac(),
    };
    return JSON.stringify(body);
  }

  #newsOf(name: string): { readonly records: number; readonly reason: string } {
    const receiver = this.#parts.receivers().find((one) => one.name === name);
    return { records: receiver?.pending.records ?? 0, reason: receiver?.lastError?.reason ?? '' };
  }

  #save(isExact: boolean): void {
    const text = this.#failing.saved(isExact);
    if (text === (this.#saved ?? '[]')) return;
    this.#saved = text;
    this.#parts.checkpoints.setCheckpoint(checkpointName, text);
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
    // What failed at another address may arrive at this one.
    this.#failed = 0;
    this.#notBefore = 0;
    return sender;
  }
}

function inMinutes(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
