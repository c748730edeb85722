import { randomInt } from 'node:crypto';
import type { Change } from '../picture/model.ts';
import { Refusal } from '../system/refusal.ts';

/** How the ringing of an extension ended: `answered`, or Asterisk's word for it in lower case. */
export type RingOutcome = 'answered' | 'busy' | 'noanswer' | 'congestion' | 'chanunavail' | (string & {});

/** What became of phones that were rung together. */
export interface RingResult {
  readonly outcome: RingOutcome;
  /** ChannelId of the phone that was picked up, else of the first. */
  readonly channelId: string;
}

interface WatchedPhone {
  dialStatus: string | undefined;
  /** Asterisk said that it failed, and not yet why. */
  hasFailed: boolean;
  outcome: RingOutcome | undefined;
}

/** The phones of one extension that ring for one request. */
interface Ringing {
  readonly phones: ReadonlyMap<string, WatchedPhone>;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (ended: RingResult) => void;
  readonly reject: (reason: Error) => void;
}

/** How long (ms) the DialEnd that says why may come after the OriginateResponse that only says no. */
const dialEndWait = 500;

/**
 * One word for all phones of an extension, as Dial() has it (apps/app_dial.c): that nobody answered when one rang to the
 * end, else busy before congestion before a phone that could not be reached.
 */
function combined(outcomes: readonly RingOutcome[]): RingOutcome {
  const words = ['noanswer', 'busy', 'congestion'];
  return words.find((word) => outcomes.includes(word)) ?? outcomes[0] ?? 'chanunavail';
}

/**
 * The phones that were rung for API callers and what became of them. Of several that ring for one request the first that
 * is picked up counts, and the others stop. Shell: holds timers, bounded by the ring time.
 */
export class Originations {
  /** By the ChannelId of each phone that is not settled. */
  readonly #ringing = new Map<string, Ringing>();
  /** Phones that are to stop ringing and still may: their channel is not seen yet, or not gone yet. */
  readonly #unwanted = new Set<string>();
  readonly #cancel: (channelId: string) => void;
  /** Begun anywhere: who can guess the id of a call to come can forge its events. */
  #counter = randomInt(100_000_000);

  /** `cancel` stops a phone, because another of the same extension was picked up. */
  constructor(cancel: (channelId: string) => void) {
    this.#cancel = cancel;
  }

  /**
   * A ChannelId of our own, so that OriginateResponse says which call it means. It reads like one of Asterisk's
   * (`1732304000.900000001`) because it is the call's `uniqueid` in every event.
   */
  nextChannelId(now: number): string {
    this.#counter = (this.#counter + 1) % 100_000_000;
    return `${Math.floor(now / 1000)}.${900_000_000 + this.#counter}`;
  }

  /** Resolves when one of these phones was picked up, or none was; at most `limit` ms later. */
  watch(channelIds: readonly string[], limit: number): Promise<RingResult> {
    return new Promise((resolve, reject) => {
      const phones = new Map(
        channelIds.map((id) => [
          id,
          { dialStatus: undefined, hasFailed: false, outcome: undefined } satisfies WatchedPhone,
        ]),
      );
      const timer = setTimeout(() => {
        for (const id of channelIds) this.#settle(id, 'noanswer');
      }, limit);
      // Phones that ring are no reason for the daemon to live on.
      timer.unref();
      for (const id of channelIds) this.#ringing.set(id, { phones, timer, resolve, reject });
    });
  }

  /** Asterisk did not take the request to ring this phone. */
  refused(channelId: string): void {
    this.#settle(channelId, 'chanunavail');
  }

  /** Takes what the picture saw. */
  onChange(change: Change): void {
    if (change.type === 'originate-response') this.#onResponse(change.uniqueid, change.success, change.reason);
    else if (change.type === 'dial-answer' && change.leg.source === undefined) {
      this.#settle(change.leg.destUniqueid, 'answered');
    } else if (change.type === 'dial-end') this.#onDialEnd(change.leg.destUniqueid, change.status);
    else if (change.type === 'hangup') this.#unwanted.delete(change.channel.uniqueid);
    else if (change.type === 'dial-begin' && this.#unwanted.has(change.leg.destUniqueid)) {
      // It was to be stopped before Asterisk had begun to ring it.
      this.#cancel(change.leg.destUniqueid);
    }
  }

  /** Asterisk is away: what became of them will never be told. */
  onDown(): void {
    this.#unwanted.clear();
    for (const [channelId, { timer, reject }] of this.#ringing) {
      this.#ringing.delete(channelId);
      clearTimeout(timer);
      reject(new Refusal('unavailable', 'the connection to Asterisk was lost while the phone rang', { retryAfter: 2 }));
    }
  }

  #phoneOf(channelId: string): WatchedPhone | undefined {
    return this.#ringing.get(channelId)?.phones.get(channelId);
  }

  #onResponse(channelId: string, success: boolean, reason: number): void {
    if (!success) this.#unwanted.delete(channelId);
    const phone = this.#phoneOf(channelId);
    if (phone === undefined) return;
    if (success) this.#settle(channelId, 'answered');
    else if (reason === 3) this.#settle(channelId, 'noanswer');
    else if (reason === 5) this.#settle(channelId, 'busy');
    else if (phone.dialStatus !== undefined) this.#settle(channelId, phone.dialStatus);
    else {
      phone.hasFailed = true;
      setTimeout(() => {
        this.#settle(channelId, 'chanunavail');
      }, dialEndWait).unref();
    }
  }

  #onDialEnd(channelId: string, status: string): void {
    const phone = this.#phoneOf(channelId);
    if (phone === undefined || status === 'hangup') return;
    phone.dialStatus = status;
    if (phone.hasFailed) this.#settle(channelId, status);
  }

  #settle(channelId: string, outcome: RingOutcome): void {
    const ringing = this.#ringing.get(channelId);
    const phone = ringing?.phones.get(channelId);
    if (ringing === undefined || phone === undefined) return;
    phone.outcome = outcome;
    this.#ringing.delete(channelId);
    const isPickedUp = outcome === 'answered';
    const others = [...ringing.phones.keys()].filter((id) => this.#ringing.has(id));
    if (!isPickedUp && others.length > 0) return;
    clearTimeout(ringing.timer);
    for (const id of others) {
      this.#ringing.delete(id);
      this.#unwanted.add(id);
      this.#cancel(id);
    }
    const [first = channelId] = ringing.phones.keys();
    const outcomes = [...ringing.phones.values()].flatMap((one) => one.outcome ?? []);
    ringing.resolve(isPickedUp ? { outcome, channelId } : { outcome: combined(outcomes), channelId: first });
  }
}
