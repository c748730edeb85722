import type { RecordsPage, RecordsWanted } from '../../store/pull.ts';
import type { StoredRecord } from '../../store/stored-record.ts';
import { localTime } from '../../system/local-time.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import type { Answer } from '../answer.ts';
import { confinedTo } from '../own.ts';
import { route, type Route } from '../route.ts';
import { contractRecords, cursor, events, limit } from './outbox-params.ts';

/** What this route needs. */
export interface RecordsDeps {
  readonly records: (wanted: RecordsWanted) => Promise<RecordsPage>;
}

type CursorRecord = StoredRecord & { readonly cursor: string };

/** A record as it is told. */
export const recordSchema = is.object({
  cursor: is.text('its place in the store'),
  id: is.pattern('^[0-9a-f]{32}$', 'the `webhook-id` of its pushes'),
  event: is.text(),
  callId: is.text(),
  time: is.text('when it was taken, in the time of the box'),
  body: is.mapOf({}, 'the very body of its pushes'),
});

/** A page of records. */
const pageSchema = () =>
  is.object({
    records: is.list(recordSchema),
    next: is.text('goes into `since` of the next request'),
    more: is.boolean('there may be more at once'),
    reset: is.boolean('the cursor is not of this store: this is its first page'),
    expired: is.boolean('records between the cursor and this answer are gone'),
  });

/** A sample of a record. */
export const recordSample: ValueOf<typeof recordSchema> = {
  cursor: '3f9ac21b-1841',
  id: '0c1c8f2f6a9d4c1f8f0a3b7f0c5d9e21',
  event: 'ivr',
  callId: '1541643689.15',
  time: '2018-11-08 10:21:33',
  body: { event: 'ivr', uuid: '1541643689.15', caller: '810' },
};
const pageSample: ValueOf<typeof pageSchema> = {
  records: [recordSample],
  next: '3f9ac21b-1841',
  more: false,
  reset: false,
  expired: false,
};

/** Records in the order in which they were taken, for receivers that were away or cannot be pushed to. */
export function recordsRoutes(deps: RecordsDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/records',
      summary: 'Records since a cursor, in order',
      params: { since: cursor, limit, event: events },
      meanings: {
        since: '`next` of the answer that this one is to follow; without it, from the oldest',
        limit: 'records in one answer, 100 without it',
        event: 'records of these events; without it, those of the contract',
      },
      access: 'ours',
      role: 'agent',
      answer: () => succeeds('Records will follow', pageSchema(), pageSample),
      refuses: { 503: ['the store fails: …'] },
      handle: async (values, { identity }) =>
        answer(
          await deps.records({
            since: values.since,
            events: values.event ?? contractRecords,
            extension: confinedTo(identity),
            limit: values.limit ?? 100,
          }),
        ),
    }),
  ];
}

/** The bodies are sent as they were pushed, so that their signatures still fit. */
function answer({ items, next, more, reset, expired }: RecordsPage): Answer {
  const records = items.map(lineOf);
  const tail = JSON.stringify({ next, more, reset, expired });
  const text = `{"status":"success","message":"Records will follow","data":{"records":[${records.join(',')}],${tail.slice(1)}}`;
  return { text };
}

/** A record as JSON. */
export function lineOf({ cursor: place, id, event, callId, createdAt, body }: CursorRecord): string {
  const head = JSON.stringify({ cursor: place, id, event, callId, time: localTime(createdAt) });
  return `${head.slice(0, -1)},"body":${body}}`;
}
