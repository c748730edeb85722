import type { Page, SearchWanted } from '../../store/pull.ts';
import type { StoredRecord } from '../../store/sqlite-queries.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { confinedTo } from '../own.ts';
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

/** Records that have what is searched for, for people who look for a call. */
export function recordsSearchRoutes(deps: RecordsSearchDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/records/search',
      summary: 'Records that have what is searched for, the newest first',
      params: {
        event: events,
        number: optional(blacklistNumber),
        agent: optional(extension),
        queue: optional(queue),
        missCause: optional(oneOf('any', 'NO_ASSIGN', 'NO_AGENT_ANSWER', 'NO_AGENT_LOGIN', 'MEMBER_CANCEL')),
        from: moment,
        to: moment,
        before: cursor,
        limit,
      },
      access: 'ours',
      role: 'agent',
      answer: () => succeeds('Records will follow', foundSchema(), foundSample),
      refuses: { 503: ['the store fails: …'] },
      async handle({ event = contractRecords, from, to, limit: most = 100, ...wanted }, { identity }) {
        const span = { from: from?.from, to: to?.to };
        const whose = { events: event, extension: confinedTo(identity), limit: most };
        const { items, ...place } = await deps.search({ ...wanted, ...span, ...whose });
        const tail = JSON.stringify(place);
        const records = items.map(lineOf).join(',');
        return {
          text: `{"status":"success","message":"Records will follow","data":{"records":[${records}],${tail.slice(1)}}`,
        };
      },
    }),
  ];
}
