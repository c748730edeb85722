import type { AmiActions } from '../ami/refusals.ts';
import type { MemberKey, MemberPause } from '../control/member-pause.ts';
import { memberPause } from '../control/member-pause.ts';
import type { Call, Change } from '../picture/model.ts';
import type { Picture } from '../picture/picture.ts';
import { Refusal } from '../system/refusal.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { Timer } from '../system/timer.ts';
import type { Decision, WrapupSettings } from './wrapups.ts';
import { Wrapups } from './wrapups.ts';

/** Milliseconds that a stop waits for Asterisk to unpause those who would stay paused. */
const stopTime = 1_000;

export interface AfterCallOptions {
  /** Fails with `Refusal` (ami/refusals.ts). */
  readonly ami: AmiActions;
  readonly picture: Pick<Picture, 'queues' | 'directory'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly settings: () => WrapupSettings;
  /** Gets changes that no event caused: calls whose after-call work is over. */
  readonly onChanges: (changes: readonly Change[]) => void;
}

/**
 * The entrance of this room: carries out what `Wrapups` decides, with one timer and Asterisk's actions. The picture's
 * changes come in; they go out again, a call that is over only once its agent's after-call work is. The room must not know
 * what becomes of them.
 */
export class AfterCall {
  readonly #options: AfterCallOptions;
  readonly #wrapups: Wrapups;
  readonly #timer: Timer;
  #isStopped = false;

  constructor(options: AfterCallOptions) {
    this.#options = options;
    this.#wrapups = new Wrapups(options.picture, options.settings);
    this.#timer = new Timer(options.clock, () => {
      this.#onDue();
    });
  }

  /** Takes what the picture saw just now; returns what goes on to the events. */
  take(change: Change): Change[] {
    return this.#carryOut(this.#decide(change));
  }

  #decide(change: Change): Decision {
    const { clock, log } = this.#options;
    try {
      return this.#wrapups.take(change, clock.monotonic(), clock.now());
    } catch (cause) {
      // A fault of ours costs the after-call work, never the record.
      log.error(`after-call work could not take ${change.type}`, cause);
      return this.#wrapups.faulted(change);
    }
  }

  /** Takes all that a resync changed, and makes Asterisk's pauses agree with the after-call work. */
  resynced(changes: readonly Change[]): Change[] {
    const { clock } = this.#options;
    const passed = changes.flatMap((change) => this.take(change));
    return [...passed, ...this.#carryOut(this.#wrapups.resynced(clock.monotonic(), clock.now()))];
  }

  /** The connection to Asterisk is lost. */
  onDown(): void {
    this.#wrapups.down();
    this.#arm();
  }

  /** An agent is ready: their after-call work ends, if there is any. */
  ready(extension: string): void {
    this.#carryOutAlone(this.#wrapups.ready(extension, this.#options.clock.monotonic()));
  }

  /** Whether a member is paused for after-call work. */
  isAtWork(memberKey: MemberKey): boolean {
    return this.#wrapups.isAtWork(memberKey);
  }

  /** A call whose record waits for after-call work. */
  waiting(callId: string): Call | undefined {
    return this.#wrapups.waiting(callId);
  }

  /** The configuration was re-read. */
  configured(): void {
    this.#carryOutAlone(this.#wrapups.configured(this.#options.clock.monotonic()));
  }

  /** Ends all after-call work; resolves with the calls that waited for it, once Asterisk has answered or will not. */
  async stop(): Promise<Change[]> {
    const { pauses, changes } = this.#wrapups.stop(this.#options.clock.monotonic());
    this.#isStopped = true;
    this.#arm();
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const cancel = this.#options.clock.after(stopTime, () => {
      resolve(undefined);
    });
    await Promise.race([Promise.all(pauses.map((pause) => this.#send(pause))), late]);
    cancel();
    return changes;
  }

  #carryOut({ pauses, changes }: Decision): Change[] {
    for (const pause of pauses) void this.#send(pause);
    this.#arm();
    return changes;
  }

  #carryOutAlone(decision: Decision): void {
    const changes = this.#carryOut(decision);
    if (changes.length > 0) this.#options.onChanges(changes);
  }

  /** Never rejects. */
  async #send(pause: MemberPause): Promise<void> {
    const { ami, log, clock } = this.#options;
    const what = `after-call work: ${pause.interface} in queue ${pause.queue}`;
    try {
      log.debug(`${what}: ${await memberPause({ ami }, pause)}`);
    } catch (cause) {
      const isRefused = cause instanceof Refusal && cause.cause === undefined;
      // An agent that has just logged out is no member any more: as it should be.
      if (isRefused && cause.kind === 'not-found') log.debug(`${what}: ${cause.message}`);
      else log.warning(`${what} could not be ${pause.paused ? 'paused' : 'unpaused'}`, cause);
      this.#carryOutAlone(this.#wrapups.failed(pause, isRefused, clock.monotonic()));
    }
  }

  /** Sets the timer to what comes next. */
  #arm(): void {
    this.#timer.setAt(this.#isStopped ? Infinity : this.#wrapups.due);
  }

  #onDue(): void {
    this.#carryOutAlone(this.#wrapups.tick(this.#options.clock.monotonic()));
  }
}
