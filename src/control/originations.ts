import { randomInt } from 'node:crypto';
import type { Change } from '../picture/model.ts';
import { Refusal } from '../system/refusal.ts';

/** How the ringing of an extension ended: `answered`, or Asterisk's word in lower case. */
export type RingOutcome = 'answered' | 'busy' | 'noanswer' | 'congestion' | 'chanunavail' | (string & {});

/** What became of phones that were rung together. */
export interface RingResult {
  readonly outcome: RingOutcome;
  /** ChannelId of the phone that was picked up, or of the first one. */
  readonly channelId: string;
}

interface WatchedPhone {
  dialStatus: string | undefined;
  /** Asterisk said that it failed, but not yet why. */
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

/** Milliseconds in which the DialEnd that says why may follow an OriginateResponse that does not. */
const dialEndWait = 500;

/**
 * One word for all phones of an extension, as in Dial() (apps/app_dial.c): noanswer if one rang to the end, then busy,
 * then congestion, then a phone that could not be reached.
 */
function combined(outcomes: readonly RingOutcome[]): RingOutcome {
  const words = ['noanswer', 'busy', 'congestion'];
  return words.find((word) => outcomes.includes(word)) ?? outcomes[0] ?? 'chanunavail';
}

/**
 * The phones that ring for API callers, and what becomes of them. If several ring for one request, the first that is picked
 * up counts and the others stop. It holds timers, limited by the ring time.
 */
export class Originations {
  /** By the ChannelId of each phone that still rings. */
  readonly #ringing = new Map<string, Ringing>();
  /** Phones that must stop but may still ring: their channel is not seen yet, or not gone yet. */
  readonly #unwanted = new Set<string>();
  readonly #cancel: (channelId: string) => void;
  /** It starts at random: a caller that can guess the id of a coming call can forge its events. */
  #counter = randomInt(100_000_000);

  /** `cancel` stops a phone because another one of the same extension was picked up. */
  constructor(cancel: (channelId: string) => void) {
    this.#cancel = cancel;
  }

  /**
   * A ChannelId of our own, so that OriginateResponse says which call it means. It looks like one of Asterisk's
   * (`1732304000.900000001`), since it is the call's `uniqueid` in every event.
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
      // Ringing phones must not keep the process alive.
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
      // It had to stop before Asterisk began to ring it.
      this.#cancel(change.leg.destUniqueid);
    }
  }

  /** The connection is lost: nothing will say what became of them. */
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
