import type { DeliveryClass, Entry } from '../store/store.ts';

/** One event that is being delivered to one receiver. Times in milliseconds of the monotonic clock. */
export interface Delivery {
  readonly entry: Entry;
  /** Its number in the order of arrival for this receiver. */
  readonly arrival: number;
  /** It is given up at this moment. */
  readonly expiresAt: number;
  /** Not durable yet: it keeps its position but is not sent. */
  held: boolean;
  /** All attempts made. */
  attempts: number;
  /** Attempts that failed through no outage of the receiver: they lengthen this event's own wait. */
  failures: number;
  /** When its own wait after a failure ends. */
  notBefore: number;
  /** Other events got through while it failed, so its failures say nothing about the receiver. */
  blamed: boolean;
}

/** What the caller of `Lanes.add` knows about a delivery. */
export type NewDelivery = Pick<Delivery, 'entry' | 'expiresAt' | 'held' | 'attempts'>;

/** The deliveries of one call. */
interface Lane {
  readonly callId: string;
  readonly queues: Readonly<Record<DeliveryClass, Delivery[]>>;
  /** The delivery that is under way. */
  taken: Delivery | undefined;
}

/** The first delivery of each class, oldest first. */
function heads({ queues }: Lane): Delivery[] {
  return [...queues.record.slice(0, 1), ...queues.signal.slice(0, 1)].sort((a, b) => a.arrival - b.arrival);
}

/** The delivery of this lane that may go now. */
function next(lane: Lane, now: number): Delivery | undefined {
  if (lane.taken !== undefined) return undefined;
  const [first, second] = heads(lane);
  if (first === undefined || first.held) return undefined;
  if (first.notBefore <= now) return first;
  return second === undefined || second.held || second.notBefore > now ? undefined : second;
}

/** When `next` may find a delivery if nothing else happens. */
function wakeAt(lane: Lane): number {
  const [first, second] = heads(lane);
  if (first === undefined || first.held) return Infinity;
  return Math.min(first.notBefore, second === undefined || second.held ? Infinity : second.notBefore);
}

/**
 * The deliveries that wait for one receiver: in order within a call, in turns across calls. Pure: it neither sends nor
 * reads the clock.
 *
 * Order within a call: at most one delivery is under way, so nothing can overtake on the wire. Records stay in order among
 * themselves, and so do signals. Between the two classes, the older delivery goes first, unless it waits after a failure of
 * its own. Then the other class goes on without it: a record that is refused for three days must not hold back the ringing
 * of a phone, nor a failing signal the records. While the receiver cannot be reached, no event is at fault and none has a
 * wait of its own, so the order is kept across both classes.
 *
 * Turns: calls take turns in the order in which they became ready. Calls whose next delivery is a signal alternate with
 * calls whose next delivery is a record, so that a backlog of records does not delay live signals.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  /** Lanes with a delivery that may go now, by the class of that delivery; first come, first served. */
  readonly #ready: Readonly<Record<DeliveryClass, Set<Lane>>> = { record: new Set(), signal: new Set() };
  /** Lanes whose deliveries wait after failures. */
  readonly #waiting = new Set<Lane>();
  /** No lane's wait ends before this moment. */
  #wakeAt = Infinity;
  readonly #all: Readonly<Record<DeliveryClass, Map<string, Delivery>>> = { record: new Map(), signal: new Map() };
  #underWay = 0;
  #arrivals = 0;
  #turn: DeliveryClass = 'signal';

  /** Deliveries under way. */
  get underWay(): number {
    return this.#underWay;
  }

  /** When the next wait after a failure may be over; Infinity if none waits. */
  get wakeAt(): number {
    return this.#wakeAt;
  }

  /** Whether `take` would find a delivery, without those whose wait ended since the last `take`. */
  get hasReady(): boolean {
    return this.#ready.record.size + this.#ready.signal.size > 0;
  }

  /** Number of deliveries of a class, including those under way. */
  size(of: DeliveryClass): number {
    return this.#all[of].size;
  }

  get(of: DeliveryClass, id: string): Delivery | undefined {
    return this.#all[of].get(id);
  }

  /** All deliveries, in order of arrival within a class. */
  *all(): Generator<Delivery> {
    yield* this.#all.record.values();
    yield* this.#all.signal.values();
  }

  isUnderWay(delivery: Delivery): boolean {
    return this.#lanes.get(delivery.entry.callId)?.taken === delivery;
  }

  /** The oldest signal that is not under way. */
  oldestSignal(): Delivery | undefined {
    for (const delivery of this.#all.signal.values()) {
      if (!this.isUnderWay(delivery)) return delivery;
    }
    return undefined;
  }

  /** Appends a delivery to its call. Returns `undefined` if that event is here already. */
  add(what: NewDelivery, now: number): Delivery | undefined {
    const { id, callId, class: of } = what.entry;
    if (this.#all[of].has(id)) return undefined;
    const delivery: Delivery = { ...what, arrival: this.#arrivals++, failures: 0, notBefore: 0, blamed: false };
    this.#all[of].set(id, delivery);
    let lane = this.#lanes.get(callId);
    if (lane === undefined) {
      lane = { callId, queues: { record: [], signal: [] }, taken: undefined };
      this.#lanes.set(callId, lane);
    }
    lane.queues[of].push(delivery);
    this.#file(lane, now);
    return delivery;
  }

  /** Takes the next delivery that may go; `putBack` or `remove` must follow. `fresh`: prefer one that was never tried. */
  take(now: number, fresh = false): Delivery | undefined {
    this.#wake(now);
    const lane = this.#pick(now, fresh);
    const delivery = lane && next(lane, now);
    if (lane === undefined || delivery === undefined) return undefined;
    lane.taken = delivery;
    this.#underWay++;
    this.#file(lane, now);
    return delivery;
  }

  /** Puts a delivery that was taken back into its position. Its wait is in `notBefore`. */
  putBack(delivery: Delivery, now: number): void {
    const lane = this.#laneOf(delivery);
    if (lane !== undefined) this.#free(lane, delivery, now);
  }

  /** Ends a delivery, taken or not. No effect if it is not here. */
  remove(delivery: Delivery, now: number): void {
    const lane = this.#laneOf(delivery);
    if (lane === undefined) return;
    const { id, class: of } = delivery.entry;
    this.#all[of].delete(id);
    lane.queues[of].splice(lane.queues[of].indexOf(delivery), 1);
    this.#free(lane, delivery, now);
  }

  /** Must be called after `held` or `notBefore` of a delivery that is not under way was changed. */
  refile(delivery: Delivery, now: number): void {
    const lane = this.#laneOf(delivery);
    if (lane !== undefined) this.#file(lane, now);
  }

  #laneOf({ entry }: Delivery): Lane | undefined {
    return this.#all[entry.class].has(entry.id) ? this.#lanes.get(entry.callId) : undefined;
  }

  #free(lane: Lane, delivery: Delivery, now: number): void {
    if (lane.taken === delivery) {
      lane.taken = undefined;
      this.#underWay--;
    }
    this.#file(lane, now);
  }

  /** Puts a lane where `take` finds it. A lane that was ready keeps its turn. */
  #file(lane: Lane, now: number): void {
    const delivery = next(lane, now);
    const of = delivery?.entry.class;
    if (of !== 'record') this.#ready.record.delete(lane);
    if (of !== 'signal') this.#ready.signal.delete(lane);
    this.#waiting.delete(lane);
    if (of !== undefined) {
      this.#ready[of].add(lane);
    } else if (lane.taken === undefined) {
      const at = wakeAt(lane);
      if (at < Infinity) this.#waiting.add(lane);
      this.#wakeAt = Math.min(this.#wakeAt, at);
      if (lane.queues.record.length + lane.queues.signal.length === 0) this.#lanes.delete(lane.callId);
    }
  }

  #wake(now: number): void {
    if (now < this.#wakeAt) return;
    this.#wakeAt = Infinity;
    for (const lane of [...this.#waiting]) this.#file(lane, now);
  }

  #pick(now: number, fresh: boolean): Lane | undefined {
    if (fresh) {
      for (const lane of [...this.#ready.signal, ...this.#ready.record])
        if (next(lane, now)?.attempts === 0) return lane;
    }
    const [signal] = this.#ready.signal;
    const [record] = this.#ready.record;
    if (signal === undefined || record === undefined) return signal ?? record;
    this.#turn = this.#turn === 'signal' ? 'record' : 'signal';
    return this.#turn === 'signal' ? signal : record;
  }
}
