import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordPage, StoredRecord } from './stored-record.ts';

/** Which records are searched for; `undefined` stands for any. */
export interface SearchFilter {
  readonly events: readonly string[];
  /** Only those of this extension; `undefined`: everybody's. */
  readonly extension: string | undefined;
  /** What a number of the record has in it, or, with `isExact`, is. */
  readonly number: string | undefined;
  readonly isExact?: boolean;
  readonly agent: string | undefined;
  readonly queue: string | undefined;
  /** `any`: whatever the cause, the call was lost. */
  readonly missCause: string | undefined;
  /** When it was taken, in milliseconds since 1970; both are included. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Rows read at once: this bounds how long one read holds up the event loop. */
const mostLookedAt = 300;
/** Bytes of bodies in one answer; a single larger body is still returned. */
const mostBytes = 256 * 1024;

/** The fields of records that hold a number, and those that hold who answered. */
const numberFields = ['caller', 'called', 'source', 'destination', 'trunkNumber', 'forwardNumber', 'number'];
const agentFields = ['agentCode', 'source', 'destination'];

interface Row {
  readonly seq: number;
  readonly id: string;
  readonly event: string;
  readonly call_id: string;
  readonly created_at: number;
  readonly body: string | null;
}

/** Searches the records, the newest first, in short reads. Throws what SQLite throws. */
export class RecordSearch {
  readonly #before: StatementSync;

  constructor(db: DatabaseSync) {
    // Bodies of other records are not read: a long one lies on pages of its own.
    this.#before = db.prepare(
      `SELECT seq, id, event, call_id, created_at, CASE WHEN instr(?, ' ' || event || ' ') AND (? = '' OR instr(extensions, ?))
         AND created_at <= ? THEN body END AS body
       FROM record WHERE seq < ? ORDER BY seq DESC LIMIT ${mostLookedAt}`,
    );
  }

  /** About `limit` of these records before the sequence number `before`; `bytes`: of those that were found already. */
  before(before: number, filter: SearchFilter, limit: number, bytes: number): RecordPage {
    const { events, extension, from = 0, to = Number.MAX_SAFE_INTEGER } = filter;
    const owner = extension === undefined ? '' : ` ${extension} `;
    const records: StoredRecord[] = [];
    let [last, looked, size] = [before, 0, 0];
    const rows = this.#before.iterate(` ${events.join(' ')} `, owner, owner, to, before) as unknown as Iterable<Row>;
    for (const { seq, id, event, call_id: callId, created_at: createdAt, body } of rows) {
      const isFull = records.length === limit || bytes + size > mostBytes;
      if (isFull) return { records, last, more: true, bytes: size, isFull };
      // They are taken in the order of time, but for those that were found in Asterisk's logs.
      if (body !== null && createdAt >= from && matches(body, filter)) {
        records.push({ seq, id, event, callId, createdAt, body });
        size += Buffer.byteLength(body);
      }
      last = seq;
      looked++;
    }
    return { records, last, more: looked === mostLookedAt, bytes: size, isFull: records.length === limit };
  }
}

function matches(text: string, { number, isExact = false, agent, queue, missCause }: SearchFilter): boolean {
  if (number === undefined && agent === undefined && queue === undefined && missCause === undefined) return true;
  const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const wanted = number === undefined ? undefined : dialledOf(number);
  const has = (fields: readonly string[], is: (value: string) => boolean): boolean =>
    fields.some((field) => is(textOf(body[field])));
  return (
    (wanted === undefined || has(numberFields, (value) => isOfNumber(dialledOf(value), wanted, isExact))) &&
    (agent === undefined || has(agentFields, (value) => value === agent) || names(body['agents'], 'agent', agent)) &&
    (queue === undefined || body['queueCode'] === queue || names(body['queues'], 'queueCode', queue)) &&
    (missCause === undefined ||
      has(['missCause'], (value) => (missCause === 'any' ? value !== '' : value === missCause)))
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Whether a list has this text, or a part of this name with it. */
function names(list: unknown, field: string, text: string): boolean {
  if (!Array.isArray(list)) return false;
  return list.some(
    (one: unknown) => one === text || (one as Readonly<Record<string, unknown>> | null)?.[field] === text,
  );
}

/** Digits that tell a number within a country, with its area code. */
const wholeNumber = 10;

function dialledOf(text: string): string {
  return text.replaceAll(/[^\d*#]/g, '');
}

/**
 * Whether a number is, or unless `isExact` has in it, what is looked for; whole numbers with and without zeros and country
 * code are one.
 */
function isOfNumber(has: string, wanted: string, isExact: boolean): boolean {
  if (isExact ? has === wanted : has.includes(wanted)) return true;
  const [bare, bareWanted] = [has, wanted].map((one) => one.replace(/^0+/, '')) as [string, string];
  if (bareWanted.length < wholeNumber) return false;
  const isLonger = isExact ? bare.endsWith(bareWanted) : bare.includes(bareWanted);
  return isLonger || (bare.length >= wholeNumber && bareWanted.endsWith(bare));
}
