import type { Call, CallerPath, Change, Leg } from '../picture/model.ts';

type CallSettled = Extract<Change, { type: 'call-settled' }>;

/**
 * Calls that are over for their caller and wait for their agent's after-call work. Each is settled once, with the seconds
 * that the work took.
 */
export class AwaitingWrapup {
  readonly #waiting = new Map<CallerPath, { readonly leg: Leg; readonly until: number }>();
  /** For legs that are over, with their after-call work: the seconds that it took. */
  readonly #taken = new WeakMap<Leg, number>();

  /** Whether this leg's after-call work is over. */
  isDone(leg: Leg): boolean {
    return this.#taken.has(leg);
  }

  /** A call is over: it is settled now, or once its leg is done, `until` (ms, monotonic) at the latest. */
  over(callerPath: CallerPath, until: number): CallSettled[] {
    const { agent, agentLeg: leg } = callerPath;
    const seconds = agent === '' || leg === undefined ? 0 : this.#taken.get(leg);
    if (seconds === undefined && leg !== undefined) this.#waiting.set(callerPath, { leg, until });
    return seconds === undefined ? [] : [settled(callerPath, seconds)];
  }

  /** A leg and its after-call work are over: settles the calls that wait for it. */
  done(leg: Leg, seconds: number): CallSettled[] {
    this.#taken.set(leg, seconds);
    return this.#release(
      (call) => call.leg === leg,
      () => seconds,
    );
  }

  /** Settles calls that have waited long enough, with the seconds that the after-call work took `soFar`. */
  expire(now: number, soFar: (leg: Leg) => number): CallSettled[] {
    return this.#release(({ until }) => until <= now, soFar);
  }

  /** Whether this caller's call waits. */
  waitsFor(callerPath: CallerPath): boolean {
    return this.#waiting.has(callerPath);
  }

  /** A call that waits. */
  call(callId: string): Call | undefined {
    for (const { call } of this.#waiting.keys()) if (call.id === callId) return call;
    return undefined;
  }

  /** The moment (ms, monotonic) at which the next call has waited long enough; `Infinity` if none waits. */
  get due(): number {
    let due = Infinity;
    for (const { until } of this.#waiting.values()) due = Math.min(due, until);
    return due;
  }

  #release(which: (call: { leg: Leg; until: number }) => boolean, seconds: (leg: Leg) => number): CallSettled[] {
    const released: CallSettled[] = [];
    for (const [callerPath, call] of this.#waiting) {
      if (!which(call)) continue;
      this.#waiting.delete(callerPath);
      released.push(settled(callerPath, seconds(call.leg)));
    }
    return released;
  }
}

/** A call whose agent's after-call work took `pauseTime` seconds. */
export function settled(callerPath: CallerPath, pauseTime: number): CallSettled {
  return { type: 'call-settled', callerPath, pauseTime };
}
