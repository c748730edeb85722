import type { AmiClient } from './ami/client.ts';
import type { ReceiverConfig } from './config/config.ts';
import { receiverName } from './http/routes/outbox-params.ts';
import type { Status } from './http/routes/status.ts';
import type { Readiness } from './http/routes/system.ts';
import type { Link } from './link.ts';
import type { Alerts } from './push/alerts.ts';
import type { Outbox } from './push/outbox.ts';
import { StoreError } from './store/store-error.ts';
import type { SqliteStore } from './store/sqlite-store.ts';

/** The parts of the daemon that know its state. */
export interface StatusParts {
  readonly version: string;
  readonly ami: Pick<AmiClient, 'state' | 'lastError' | 'forged'>;
  readonly outbox: Pick<Outbox, 'status'>;
  readonly store: Pick<SqliteStore, 'health' | 'query'>;
  readonly receivers: readonly ReceiverConfig[];
  readonly link: Pick<Link, 'state' | 'since'>;
}

/** The body of `GET status` (docs/api.md §6). */
export async function statusOf(parts: StatusParts): Promise<Status> {
  const { version, ami, outbox, store, receivers, link } = parts;
  const { health } = store;
  return {
    version,
    uptime: Math.round(process.uptime()),
    rss: process.memoryUsage.rss(),
    asterisk: {
      state: link.state === 'current' ? 'up' : link.state,
      since: link.since,
      reason: ami.state === 'up' ? '' : (ami.lastError?.message ?? ''),
    },
    receivers: outbox.status().map((status) => ({
      ...status,
      url: shownUrl(receivers.find(({ name }) => name === status.name)?.url),
    })),
    store: {
      state: health.state,
      dropped: health.dropped,
      bytes: await sizeOf(store),
      ...(health.state === 'failing'
        ? { since: health.since, reason: health.reason, waiting: health.waiting }
        : { since: undefined, reason: '', waiting: 0 }),
    },
    forgedEvents: ami.forged,
  };
}

/** The parts of the daemon that know whether commands are carried out. */
export interface ReadinessParts {
  readonly link: Pick<Link, 'reason'>;
  readonly store: Pick<SqliteStore, 'health'>;
  readonly alerts: Pick<Alerts, 'told'>;
}

/** What `GET /ready` tells (docs/api.md §6.5). */
export function readinessOf({ link, store, alerts }: ReadinessParts): Readiness {
  const reasons = link.reason === undefined ? [] : [link.reason];
  if (store.health.state === 'failing') reasons.push(`records are kept in memory only: ${store.health.reason}`);
  const warnings = alerts.told.map(({ name, time }) => `the receiver ${receiverName(name)} has failed for ${time}`);
  return reasons.length === 0 ? { ready: true, warnings } : { ready: false, reasons, retryAfter: 2 };
}

/** A URL without user, password and query: each may hold a secret. */
function shownUrl(url: URL | undefined): string {
  return url === undefined ? '' : `${url.protocol}//${url.host}${url.pathname}`;
}

async function sizeOf(store: StatusParts['store']): Promise<number | undefined> {
  try {
    return await store.query((queries) => queries.used);
  } catch (error) {
    // The store's own state says why it cannot be read.
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}
