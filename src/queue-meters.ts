import type { Entry } from './store/store.ts';
import { Counter, Histogram } from './system/meter.ts';

/** The fields of a cc_cdr that tell of queues. */
interface Visits {
  readonly queueCode: string;
  readonly missCause: string;
  readonly queues: readonly { readonly queueCode: string; readonly queueTime: string; readonly outcome: string }[];
}

/** Seconds of waiting that service levels are most often asked for. */
const waits = [5, 10, 20, 30, 60, 120, 300];

/** What became of the calls of each queue since the start, as their call-centre records (contract §3.7) tell. */
export class QueueMeters {
  /** How long those waited that an agent answered: of the bucket of 20 seconds and all, the share is the service level. */
  readonly answered = new Histogram(['queue'], waits);
  readonly lost = new Counter(['queue', 'cause']);

  /**
   * Takes whatever is pushed. A caller may have been in several queues: answered in the one whose agent answered, after
   * the wait in that one; lost in the last. An empty `missCause` alone is no answer: who talked before is not lost either.
   */
  note({ event, body }: Entry): void {
    if (event !== 'cc_cdr') return;
    const { queueCode, missCause, queues } = JSON.parse(body) as Visits;
    for (const { queueCode: queue, queueTime, outcome } of queues) {
      if (outcome === 'answered') this.answered.observe([queue], Number(queueTime));
    }
    if (missCause !== '') this.lost.add([queueCode, missCause]);
  }
}
