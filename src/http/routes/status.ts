import { localTime } from '../../system/local-time.ts';
import { is, type Schema, type ValueOf } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { route, type Route } from '../route.ts';
import { receiverName } from './outbox-params.ts';

/** State of the whole daemon; moments in milliseconds since 1970. */
export interface Status {
  readonly version: string;
  /** Seconds since the start. */
  readonly uptime: number;
  /** Bytes of memory in use. */
  readonly rss: number;
  readonly asterisk: {
    /** `up`: commands are carried out. */
    readonly state: 'up' | 'reading' | 'away';
    readonly since: number;
    /** Why not, when it is known. */
    readonly reason: string;
  };
  readonly receivers: readonly {
    readonly name: string;
    readonly url: string;
    readonly state: 'up' | 'down';
    readonly since: number;
    readonly pending: { readonly records: number; readonly signals: number };
    readonly delivered: number;
    /** Attempts that failed. */
    readonly failed: number;
    readonly dropped: number;
    readonly dead: number;
    readonly lastError: { readonly at: number; readonly reason: string } | undefined;
  }[];
  readonly store: {
    readonly state: 'ok' | 'failing';
    readonly since: number | undefined;
    readonly reason: string;
    /** Records in memory that are to be written. */
    readonly waiting: number;
    readonly dropped: number;
    /** Bytes in use; `undefined` when it cannot be read. */
    readonly bytes: number | undefined;
  };
  /** Events of Asterisk since the start in which a caller's number, name or extension had lines of its own. */
  readonly forgedEvents: number;
}

/** What this route needs. */
export interface StatusDeps {
  readonly status: () => Promise<Status>;
}

const moment = (): Schema<string> => is.text('in the time of the box');

const statusSchema = () =>
  is.object({
    version: is.text(),
    uptime: is.number('seconds since the start'),
    rss: is.integer('bytes of memory in use'),
    asterisk: is.object({
      state: is.word(['up', 'reading', 'away'], '`up`: commands are carried out'),
      since: moment(),
      reason: is.text('why not, when it is known'),
    }),
    receivers: is.list(
      is.object({
        name: is.text('name of the `[push.<name>]`, or `URL`'),
        since: moment(),
        url: is.text(),
        state: is.word(['up', 'down']),
        pending: is.object({ records: is.integer(), signals: is.integer() }),
        delivered: is.integer(),
        failed: is.integer('attempts that failed'),
        dropped: is.integer(),
        dead: is.integer(),
        lastError: is.nullable(is.object({ at: moment(), reason: is.text() })),
      }),
    ),
    store: is.object({
      state: is.word(['ok', 'failing']),
      since: is.nullable(moment()),
      reason: is.text(),
      waiting: is.integer('records in memory that are to be written'),
      dropped: is.integer(),
      bytes: is.nullable(is.integer('bytes in use')),
    }),
    forgedEvents: is.integer('events of Asterisk in which a caller’s number, name or extension had lines of its own'),
  });

const statusSample: ValueOf<typeof statusSchema> = {
  version: '0.1.0+0123456789ab',
  uptime: 86_400,
  rss: 61_341_696,
  asterisk: { state: 'up', since: '2026-11-24 08:20:56', reason: '' },
  receivers: [
    {
      name: 'URL',
      since: '2026-11-24 08:20:55',
      state: 'up',
      delivered: 1841,
      failed: 2,
      dropped: 0,
      pending: { records: 0, signals: 0 },
      dead: 0,
      url: 'http://192.168.12.185:8090/',
      lastError: null,
    },
  ],
  store: { state: 'ok', dropped: 0, bytes: 851_968, since: null, reason: '', waiting: 0 },
  forgedEvents: 0,
};

/** For administrators of the box. */
export function statusRoutes(deps: StatusDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/status',
      summary: 'How Asterisk, the receivers and the store do',
      access: 'ours',
      answer: () => succeeds('Status will follow', statusSchema(), statusSample),
      handle: async () => success('Status will follow', shown(await deps.status())),
    }),
  ];
}

function shown({ asterisk, receivers, store, forgedEvents, ...rest }: Status): ValueOf<typeof statusSchema> {
  return {
    ...rest,
    asterisk: { ...asterisk, since: localTime(asterisk.since) },
    receivers: receivers.map(({ name, since, state, delivered, failed, dropped, pending, dead, url, lastError }) => ({
      name: receiverName(name),
      since: localTime(since),
      ...{ state, delivered, failed, dropped, pending, dead, url },
      lastError: lastError === undefined ? null : { at: localTime(lastError.at), reason: lastError.reason },
    })),
    store: { ...store, since: store.since === undefined ? null : localTime(store.since), bytes: store.bytes ?? null },
    forgedEvents,
  };
}
