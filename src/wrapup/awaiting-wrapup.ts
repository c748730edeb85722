import type { CallerPath, Change, Leg } from '../picture/model.ts';

type CallSettled = Extract<Change, { type: 'call-settled' }>;

/**
 * Calls that are over for their caller and wait for the after-call work of their agent: each is settled once, with the
 * seconds that took.
 */
export class AwaitingWrapup {
  private readonly held = new Map<CallerPath, { readonly leg: Leg; readonly until: number }>();
  /** Of legs that are over, after-call work included: how many seconds that took. */
  private readonly taken = new WeakMap<Leg, number>();

  /** Whether all that follows this leg is over. */
  isDone(leg: Leg): boolean {
    return this.taken.has(leg);
  }

  /** A call is over: settled now, or held until its leg is done, `until` (ms epoch) at the latest. */
  over(callerPath: CallerPath, until: number): CallSettled[] {
    const { agent, agentLeg: leg } = callerPath;
    const seconds = agent === '' || leg === undefined ? 0 : this.taken.get(leg);
    if (seconds === undefined && leg !== undefined) this.held.set(callerPath, { leg, until });
    return seconds === undefined ? [] : [settled(callerPath, seconds)];
  }

  /** A leg and what follows it are over: settles what waits for it. */
  done(leg: Leg, seconds: number): CallSettled[] {
    this.taken.set(leg, seconds);
    return this.release(
      (hold) => hold.leg === leg,
      () => seconds,
    );
  }

  /** Settles what has waited long enough with the seconds its leg's after-call work took `soFar`. */
  expire(now: number, soFar: (leg: Leg) => number): CallSettled[] {
    return this.release(({ until }) => until <= now, soFar);
  }

  /** The moment (ms epoch) at which the next one has waited long enough; `Infinity`: none waits. */
  get due(): number {
    let due = Infinity;
    for (const { until } of this.held.values()) due = Math.min(due, until);
    return due;
  }

  private release(which: (hold: { leg: Leg; until: number }) => boolean, seconds: (leg: Leg) => number): CallSettled[] {
    const released: CallSettled[] = [];
    for (const [callerPath, hold] of this.held) {
      if (!which(hold)) continue;
      this.held.delete(callerPath);
      released.push(settled(callerPath, seconds(hold.leg)));
    }
    return released;
  }
}

function settled(callerPath: CallerPath, pauseTime: number): CallSettled {
  return { type: 'call-settled', callerPath, pauseTime };
}
