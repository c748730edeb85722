import type { Leg } from '../picture/call.ts';
import type { Change } from '../picture/change.ts';
import type { Journey } from '../picture/journey.ts';

type Settled = Extract<Change, { type: 'call-settled' }>;

/**
 * Calls that are over for their caller and wait for the after-call work of their agent: each is settled once, with the
 * seconds that took.
 */
export class Holds {
  private readonly held = new Map<Journey, { readonly leg: Leg; readonly until: number }>();
  /** Of legs that are over, after-call work included: how many seconds that took. */
  private readonly taken = new WeakMap<Leg, number>();

  /** Whether all that follows this leg is over. */
  isDone(leg: Leg): boolean {
    return this.taken.has(leg);
  }

  /** A call is over: settled now, or held until its leg is done, `until` (ms epoch) at the latest. */
  over(journey: Journey, until: number): Settled[] {
    const { agent, agentLeg: leg } = journey;
    const seconds = agent === '' || leg === undefined ? 0 : this.taken.get(leg);
    if (seconds === undefined && leg !== undefined) this.held.set(journey, { leg, until });
    return seconds === undefined ? [] : [settled(journey, seconds)];
  }

  /** A leg and what follows it are over: settles what waits for it. */
  done(leg: Leg, seconds: number): Settled[] {
    this.taken.set(leg, seconds);
    return this.release(
      (hold) => hold.leg === leg,
      () => seconds,
    );
  }

  /** Settles what has waited long enough with the seconds its leg's after-call work took `soFar`. */
  expire(now: number, soFar: (leg: Leg) => number): Settled[] {
    return this.release(({ until }) => until <= now, soFar);
  }

  /** The moment (ms epoch) at which the next one has waited long enough; `Infinity`: none waits. */
  get due(): number {
    let due = Infinity;
    for (const { until } of this.held.values()) due = Math.min(due, until);
    return due;
  }

  private release(which: (hold: { leg: Leg; until: number }) => boolean, seconds: (leg: Leg) => number): Settled[] {
    const released: Settled[] = [];
    for (const [journey, hold] of this.held) {
      if (!which(hold)) continue;
      this.held.delete(journey);
      released.push(settled(journey, seconds(hold.leg)));
    }
    return released;
  }
}

function settled(journey: Journey, pauseTime: number): Settled {
  return { type: 'call-settled', journey, pauseTime };
}
