import type { Page, SearchWanted } from '../../store/pull.ts';
import type { StoredRecord } from '../../store/stored-record.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { confinedTo, onlyOwn, requireOwn } from '../own.ts';
import { blacklistNumber, extension, oneOf, optional, queue } from '../params.ts';
import { route, type Route } from '../route.ts';
import { contractRecords, cursor, events, limit, moment } from './outbox-params.ts';
import { lineOf, recordSample, recordSchema } from './records.ts';

/** What this route needs. */
export interface RecordsSearchDeps {
  readonly search: (wanted: SearchWanted) => Promise<Page<StoredRecord>>;
}

const foundSchema = () =>
  is.object({
    records: is.list(recordSchema),
    next: is.text('goes into `before` of the next request'),
    more: is.boolean('there may be more'),
    reset: is.boolean('the cursor is not of this store: this is its first page'),
  });
const foundSample: ValueOf<typeof foundSchema> = {
  records: [recordSample],
  next: recordSample.cursor,
  more: false,
  reset: false,
};

/** Records that have what is searched for, or simply the last ones, for people who look for a call. */
export function recordsSearchRoutes(deps: RecordsSearchDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/records/search',
      summary: 'The newest records first, or those of them that have what is searched for',
      params: {
        event: events,
        number: optional(blacklistNumber),
        exact: optional(oneOf('0', '1')),
        extension: optional(extension),
        agent: optional(extension),
        queue: optional(queue),
        missCause: optional(oneOf('any', 'NO_ASSIGN', 'NO_AGENT_ANSWER', 'NO_AGENT_LOGIN', 'MEMBER_CANCEL')),
        from: moment,
        to: moment,
        before: cursor,
        limit,
      },
      meanings: {
        event: 'records of these events; without it, those of the contract',
        number: 'digits that are in a number of the record',
        exact: 'whether they are the whole number: 1, or, without it, 0',
        extension: 'only records of this extension; an agent has its own in any case',
        agent: 'who answered or was rung last, or either side of a cdr',
        queue: 'only those of this queue',
        missCause: 'only calls that were lost for this reason; any: for whichever',
        from: 'only records that were taken then or later',
        to: 'only records that were taken then or before',
        before: '`next` of the answer that this one is to follow; without it, from the newest',
        limit: 'records in one answer, 100 without it',
      },
      access: 'ours',
      role: 'agent',
      answer: () => succeeds('Records will follow', foundSchema(), foundSample),
      refuses: { ...onlyOwn, 503: ['the store fails: …'] },
      async handle({ event = contractRecords, exact, from, to, limit: most = 100, ...wanted }, { identity }) {
        if (wanted.extension !== undefined) requireOwn(identity, wanted.extension);
        const { items, ...place } = await deps.search({
          ...wanted,
          events: event,
          extension: wanted.extension ?? confinedTo(identity),
          isExact: exact === '1',
          from: from?.from,
          to: to?.to,
          limit: most,
        });
        const tail = JSON.stringify(place);
        const records = items.map(lineOf).join(',');
        return {
          text: `{"status":"success","message":"Records will follow","data":{"records":[${records}],${tail.slice(1)}}`,
        };
      },
    }),
  ];
}
