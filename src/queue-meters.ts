import type { Entry } from './store/store.ts';
import { Counter, Histogram } from './system/meter.ts';

/** Seconds of waiting that service levels are most often asked for. */
const waits = [5, 10, 20, 30, 60, 120, 300];

/** What became of the calls of each queue since the start, as their call-centre records (contract §3.7) tell. */
export class QueueMeters {
  /** How long those waited that an agent answered: of the bucket of 20 seconds and all, the share is the service level. */
  readonly answered = new Histogram(['queue'], waits);
  readonly lost = new Counter(['queue', 'cause']);

  /** Takes whatever is pushed. */
  note({ event, body }: Entry): void {
    if (event !== 'cc_cdr') return;
    const { queueCode, queueTime, missCause } = JSON.parse(body) as Readonly<Record<string, string | undefined>>;
    if (queueCode === undefined || queueCode === '') return;
    if (missCause !== undefined && missCause !== '') this.lost.add([queueCode, missCause]);
    else this.answered.observe([queueCode], Number(queueTime));
  }
}
