import type { RecordsPage, RecordsWanted } from '../../store/pull.ts';
import { localTime } from '../../system/local-time.ts';
import type { Answer } from '../answer.ts';
import { route, type Route } from '../route.ts';
import { cursor, events, limit, recordEvents } from './outbox-params.ts';

/** What this route needs. */
export interface RecordsDeps {
  readonly records: (wanted: RecordsWanted) => Promise<RecordsPage>;
}

/** Records in the order in which they were taken, for receivers that were away or cannot be pushed to. */
export function recordsRoutes(deps: RecordsDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/records',
      summary: 'Records (ivr, cdr, cc_cdr) since a cursor, in order',
      params: { since: cursor, limit, event: events },
      access: 'ours',
      role: 'supervisor',
      handle: async (values) =>
        answer(
          await deps.records({ since: values.since, events: values.event ?? recordEvents, limit: values.limit ?? 100 }),
        ),
    }),
  ];
}

/** The bodies are sent as they were pushed, so that their signatures still fit. */
function answer({ items, next, more, reset, expired }: RecordsPage): Answer {
  const records = items.map(({ cursor: place, id, event, callId, createdAt, body }) => {
    const head = JSON.stringify({ cursor: place, id, event, callId, time: localTime(createdAt) });
    return `${head.slice(0, -1)},"body":${body}}`;
  });
  const tail = JSON.stringify({ next, more, reset, expired });
  const text = `{"status":"success","message":"Records will follow","data":{"records":[${records.join(',')}],${tail.slice(1)}}`;
  return { text };
}
