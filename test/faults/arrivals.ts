import type { Mode, Push, Receiver } from '../lab/receiver.ts';

type Body = Readonly<Record<string, unknown>>;

/** One time that a record came. */
interface Attempt {
  /** Its place among all that came. */
  readonly place: number;
  /** `x-coocenter-attempt`. */
  readonly number: number;
  /** Whether the receiver took it. */
  readonly isTaken: boolean;
  /** How often the daemon had been started. */
  readonly life: number;
}

/** A record as it came, under one `webhook-id`. */
export interface Arrival {
  readonly id: string;
  readonly event: string;
  readonly body: Body;
  /** Its bodies, byte for byte: one, unless something is wrong. */
  readonly raws: Set<string>;
  readonly attempts: Attempt[];
}

/** What the receiver keeps: each record, whenever it came, and how many signals. */
export class Arrivals {
  readonly records = new Map<string, Arrival>();
  /** Pushes that came, signals too. */
  pushes = 0;
  signals = 0;
  /** `performance.now()` of the last push. */
  lastAt = 0;
  /** To be counted by who starts the daemon. */
  life = 0;
  /** Told of every signal. */
  onSignal: ((body: Body, at: number) => void) | undefined;
  /** Told of every record; those for which it returns false are not kept. */
  keeps: (push: Push, isTaken: boolean) => boolean = () => true;

  constructor(receiver: Receiver) {
    receiver.keeps = false;
    receiver.onPush = (push, mode) => {
      this.#take(push, mode);
    };
  }

  /** The records of an event that were taken, in the order in which they first were. */
  taken(event: string): Arrival[] {
    return [...this.records.values()]
      .filter((record) => record.event === event && takenAt(record) < Infinity)
      .sort((a, b) => takenAt(a) - takenAt(b));
  }

  #take({ headers, raw, json, at }: Push, mode: Mode): void {
    this.lastAt = at;
    const place = this.pushes++;
    const event = String(json['event']);
    if (!['cdr', 'cc_cdr', 'ivr'].includes(event)) {
      this.signals++;
      this.onSignal?.(json, at);
      return;
    }
    // A 2xx is what counts, whether or not the rest of the answer follows.
    const isTaken = mode.do === 'ok' || mode.do === 'slow' || mode.do === 'cut';
    if (!this.keeps({ headers, raw, json, at }, isTaken)) return;
    const id = String(headers['webhook-id']);
    const record: Arrival = this.records.get(id) ?? { id, event, body: json, raws: new Set(), attempts: [] };
    this.records.set(id, record);
    record.raws.add(raw);
    record.attempts.push({ place, number: Number(headers['x-coocenter-attempt']), isTaken, life: this.life });
  }
}

/** When a record was first taken, among all that came; Infinity: never. */
export function takenAt({ attempts }: Arrival): number {
  return attempts.find(({ isTaken }) => isTaken)?.place ?? Infinity;
}

/** When a record first came, taken or not. */
export function cameAt({ attempts }: Arrival): number {
  return attempts[0]?.place ?? Infinity;
}
