import type { Delivery } from './lanes.ts';
import { probeWait } from './schedule.ts';

/** After this many calls have failed with no success in between, the receiver is at fault, not the events. */
const callsToBlame = 3;

/** The receiver's state; times in milliseconds of the monotonic clock. */
type BreakerState =
  | { readonly at: 'up' }
  | {
      readonly at: 'down';
      readonly since: number;
      readonly probes: number;
      readonly probeAt: number;
      /** It answers with errors, so an event that was never tried may show whether the events were at fault. */
      readonly answers: boolean;
    };

/** What a success ended. */
export interface Success {
  /** Whether the receiver was down until now. */
  readonly recovered: boolean;
  /** Deliveries that failed since the previous success. */
  readonly suspects: readonly Delivery[];
}

/**
 * Whether a receiver is up, judged by what becomes of its deliveries. Pure.
 *
 * One failure does not tell whether the event or the receiver is at fault. If there is no connection, or the receiver says
 * that it is busy, it counts as down at once. Any other failure is only evidence: the receiver is down when the events of
 * three calls have failed with no success in between. Once another event gets through, those that failed before are to
 * blame themselves and no longer count, so an event that is always refused cannot take the receiver down again and again.
 * While the receiver is down, one event at a time probes it, at growing intervals.
 */
export class CircuitBreaker {
  #state: BreakerState = { at: 'up' };
  readonly #suspects = new Set<Delivery>();

  get isUp(): boolean {
    return this.#state.at === 'up';
  }

  /** Whether the next probe is best made with an event that was never tried. */
  get wantsFresh(): boolean {
    return this.#state.at === 'down' && this.#state.answers;
  }

  /** Nothing may be sent before this moment; 0 while the receiver is up. */
  get notBefore(): number {
    return this.#state.at === 'up' ? 0 : this.#state.probeAt;
  }

  /** Whether one more delivery may start, with at most `connections` under way at once. */
  mayStart(now: number, underWay: number, connections: number): boolean {
    if (this.#state.at === 'up') return underWay < connections;
    return underWay === 0 && now >= this.#state.probeAt;
  }

  succeeded(): Success {
    const success = { recovered: this.#state.at === 'down', suspects: [...this.#suspects] };
    this.#state = { at: 'up' };
    this.#suspects.clear();
    return success;
  }

  /** An attempt that began at `startedAt` got no connection. */
  unreachable(now: number, startedAt: number, random: number): void {
    this.#fell(now, startedAt, (probe) => probeWait(probe, random), false);
  }

  /** The receiver refused an event or closed the connection. */
  refused(delivery: Delivery, now: number, startedAt: number, random: number): void {
    if (delivery.blamed) return;
    this.#suspects.add(delivery);
    const calls = new Set(Array.from(this.#suspects, ({ entry }) => entry.callId));
    if (this.#state.at === 'up' && calls.size < callsToBlame) return;
    this.#fell(now, startedAt, (probe) => probeWait(probe, random), true);
  }

  /** The receiver asks to be left alone, for `wait` milliseconds if it says how long. */
  busy(delivery: Delivery, now: number, startedAt: number, random: number, wait: number | undefined): void {
    if (delivery.blamed) return;
    this.#suspects.add(delivery);
    this.#fell(now, startedAt, (probe) => Math.max(wait ?? 0, probeWait(probe, random)), true);
  }

  /** This delivery has ended: it is no evidence any more. */
  forget(delivery: Delivery): void {
    this.#suspects.delete(delivery);
  }

  #fell(now: number, startedAt: number, wait: (probe: number) => number, answers: boolean): void {
    const before = this.#state;
    if (before.at === 'up') {
      this.#state = { at: 'down', since: now, probes: 1, probeAt: now + wait(1), answers };
      return;
    }
    // An attempt that began before the receiver went down is no probe.
    const probes = before.probes + (startedAt >= before.since ? 1 : 0);
    this.#state = { ...before, probes, probeAt: Math.max(before.probeAt, now + wait(probes)), answers };
  }
}
