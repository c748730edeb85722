import type { LoggedCall } from '../../src/backfill/logged-call.ts';
import type { Knowledge } from '../../src/backfill/missed-calls.ts';
import { MissedCalls } from '../../src/backfill/missed-calls.ts';
import { layoutOf, RowReader } from '../../src/backfill/row.ts';
import { RowTexts } from '../../src/backfill/row-texts.ts';

const nobodyKnows: Knowledge = {
  callIdOf: () => undefined,
  isExpected: () => false,
  hasRecord: () => false,
  hasNoQueue: () => false,
};

/** A call; `number` and `name` as the caller sent them. */
export interface Caller {
  readonly id: string;
  readonly number: string;
  readonly name?: string;
  /** How it ended; `elsewhere`: it was in no queue. */
  readonly fate: 'answered' | 'lost' | 'elsewhere';
}

export const joinOf = ({ id, number }: Pick<Caller, 'id' | 'number'>): string =>
  `1795892248|${id}|630|NONE|ENTERQUEUE||${number}|1`;

/** What Asterisk (16 with chan_sip, 16 and 22 with PJSIP) writes into queue_log about a call, each in one write. */
export function writesOf(caller: Caller): string[] {
  const { id, fate } = caller;
  const agent = `1795892250|${id}|630|SIP/800`;
  if (fate === 'elsewhere') return [];
  if (fate === 'lost') return [joinOf(caller), `${agent}|RINGCANCELED|578`, `1795892250|${id}|630|NONE|ABANDON|1|1|2`];
  return [joinOf(caller), `${agent}|CONNECT|2|${id}1|2`, `1795892260|${id}|630|SIP/800|COMPLETEAGENT|2|10|1`];
}

/** Its row in Master.csv, where src and clid have at most 79 characters. */
function rowOf({ id, number, name = '', fate }: Caller): string {
  const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;
  const [app, data] = fate === 'elsewhere' ? ['Dial', 'SIP/801'] : ['Queue', '630,tkc,,,30'];
  const clid = `"${name}" <${number}>`.slice(0, 79);
  const dst = fate === 'elsewhere' ? '801' : '630';
  const texts = ['', number.slice(0, 79), dst, 'queues', clid, 'SIP/trunk-0', 'SIP/800-1', app, data];
  const times = ['2026-11-28 18:57:28', '2026-11-28 18:57:28', '2026-11-28 18:57:40'];
  const fields = [...texts, ...times].map(quote).join();
  return `${fields},12,12,"${fate === 'lost' ? 'NO ANSWER' : 'ANSWERED'}","DOCUMENTATION",${quote(id)},""`;
}

/** Asterisk's logs, and what is found in them. */
export class Logs {
  readonly calls = new MissedCalls();
  readonly #reader = new RowReader('local');
  readonly #texts = new RowTexts((fields) => layoutOf(fields) !== undefined);

  queue(writes: readonly string[], now = 0): this {
    for (const line of writes.flatMap((text) => text.split('\n'))) this.calls.found(line, now);
    return this;
  }

  rows(callers: readonly Caller[]): this {
    for (const line of callers.flatMap((caller) => rowOf(caller).split('\n'))) {
      for (const { text } of this.#texts.take(line)) {
        const row = this.#reader.read(text);
        if (typeof row !== 'string') this.calls.row(row);
      }
    }
    return this;
  }

  due(now: number, knowledge: Partial<Knowledge> = {}): LoggedCall[] {
    return this.calls.due(now, { ...nobodyKnows, ...knowledge });
  }

  aside(): string[] {
    return this.calls.takeSetAside().flatMap(({ lines }) => lines);
  }
}

export const idsOf = (found: readonly LoggedCall[]): string[] => found.map(({ callId }) => callId).sort();
