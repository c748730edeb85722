import type { Change } from '../picture/change.ts';
import { ApiError } from '../system/api-error.ts';

/** How an originated phone's ringing ended: `answered`, or Asterisk's word for it in lower case. */
export type Outcome = 'answered' | 'busy' | 'noanswer' | 'congestion' | 'chanunavail' | (string & {});

interface Watch {
  dialStatus: string | undefined;
  failed: boolean;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (reason: Error) => void;
}

/** How long (ms) the DialEnd that says why may come after the OriginateResponse that only says no. */
const patience = 500;

/** The phones that were rung for API callers and what became of them. Shell: holds timers, bounded by the ring time. */
export class Originations {
  private readonly watches = new Map<string, Watch>();
  private counter = 0;

  /**
   * A ChannelId of our own, so that OriginateResponse says which call it means. It reads like one of Asterisk's
   * (`1732304000.900000001`) because it is the call's `uniqueid` in every event.
   */
  nextChannelId(now: number): string {
    this.counter = (this.counter + 1) % 100_000_000;
    return `${Math.floor(now / 1000)}.${900_000_000 + this.counter}`;
  }

  /** Resolves when the phone with this ChannelId was picked up or not; at most `limit` ms later. */
  watch(channelId: string, limit: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.finish(channelId, 'noanswer');
      }, limit);
      this.watches.set(channelId, { dialStatus: undefined, failed: false, timer, resolve, reject });
    });
  }

  /** Nobody waits any more. */
  forget(channelId: string): void {
    const watch = this.watches.get(channelId);
    if (watch === undefined) return;
    clearTimeout(watch.timer);
    this.watches.delete(channelId);
  }

  /** Takes what the picture saw. */
  onChange(change: Change): void {
    if (change.type === 'originate-response') this.onResponse(change.uniqueid, change.success, change.reason);
    else if (change.type === 'dial-end') this.onDialEnd(change.leg.destUniqueid, change.status);
  }

  /** Asterisk is away: what became of them will never be told. */
  onDown(): void {
    for (const [channelId, watch] of this.watches) {
      this.forget(channelId);
      watch.reject(
        new ApiError(503, 'the connection to Asterisk was lost while the phone rang', { 'Retry-After': '2' }),
      );
    }
  }

  private onResponse(channelId: string, success: boolean, reason: number): void {
    const watch = this.watches.get(channelId);
    if (watch === undefined) return;
    if (success) this.finish(channelId, 'answered');
    else if (reason === 3) this.finish(channelId, 'noanswer');
    else if (reason === 5) this.finish(channelId, 'busy');
    else if (watch.dialStatus !== undefined) this.finish(channelId, watch.dialStatus);
    else {
      watch.failed = true;
      clearTimeout(watch.timer);
      setTimeout(() => {
        this.finish(channelId, 'chanunavail');
      }, patience).unref();
    }
  }

  private onDialEnd(channelId: string, status: string): void {
    const watch = this.watches.get(channelId);
    if (watch === undefined || status === 'hangup') return;
    watch.dialStatus = status;
    if (watch.failed) this.finish(channelId, status);
  }

  private finish(channelId: string, outcome: Outcome): void {
    const watch = this.watches.get(channelId);
    if (watch === undefined) return;
    this.forget(channelId);
    watch.resolve(outcome);
  }
}
