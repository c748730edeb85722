import { localTime } from '../../system/local-time.ts';
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

/** For administrators of the box. */
export function statusRoutes(deps: StatusDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/status',
      summary: 'How Asterisk, the receivers and the store do',
      access: 'ours',
      handle: async () => success('Status will follow', shown(await deps.status())),
    }),
  ];
}

function shown({ asterisk, receivers, store, forgedEvents, ...rest }: Status): Record<string, unknown> {
  return {
    ...rest,
    asterisk: { ...asterisk, since: localTime(asterisk.since) },
    receivers: receivers.map(({ name, since, lastError, ...counts }) => ({
      name: receiverName(name),
      since: localTime(since),
      ...counts,
      lastError: lastError === undefined ? null : { at: localTime(lastError.at), reason: lastError.reason },
    })),
    store: { ...store, since: store.since === undefined ? null : localTime(store.since), bytes: store.bytes ?? null },
    forgedEvents,
  };
}
