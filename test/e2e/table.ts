import type { RouteRow } from '../../src/http/route.ts';
import { routeTable } from '../../src/http/route.ts';
import { allRoutes } from '../../src/http/routes/list.ts';

/** What the routes need is touched when they are used; here they are only read. */
const unused = { dialFeatures: () => false, international: () => '' } as unknown as Parameters<typeof allRoutes>[0];

/** Every method of every route of the daemon. */
export const table: readonly RouteRow[] = routeTable(allRoutes(unused));

/** A good value for each parameter. */
const samples: Readonly<Record<string, string>> = {
  agent: '800',
  before: '00000000-1',
  by: 'admin:',
  callerId: '+49 30 123456',
  channel: 'PJSIP/none-00000001',
  clientUserId: 'u7',
  code: 'sold',
  confnum: '680',
  download: '1',
  dst: '801',
  event: 'cdr',
  exact: '1',
  exten: '800',
  extension: '800',
  extensions: '800',
  format: 'json',
  from: '2026-11-25T08:20:56Z',
  id: '0123456789abcdef0123456789abcdef',
  kind: 'queue',
  lastEventId: '1',
  limit: '10',
  limitSec: '60',
  local: '801',
  member: '800',
  missCause: 'any',
  note: 'after 4 pm',
  number: '123456',
  outcome: 'sold',
  password: 'none has this one',
  path: 'none.wav',
  purpose: 'stream',
  queue: '630',
  reason: 'lunch',
  ready: '0',
  receiver: 'URL',
  ringSec: '4',
  signature: 'kZ0Vw2b1hT8mXy4nLq7pRs3tUv6wAz9cEd5fGh0iJk_',
  since: '00000000-1',
  src: '800',
  state: 'on',
  ticket: 'none-has-this-one',
  to: '2026-11-25T08:20:56Z',
  ttl: '60',
  uniqueid: '1541415929.807',
  until: '1795854056',
  user: 'own',
  username: 'nobody',
  uuid: '1541415929.807',
  wait: '0',
};

/** The routes whose `state` is that of a delivery. */
export function isOfDeliveries(path: string): boolean {
  return path.startsWith('/coocenter-api/deliveries');
}

/** Where names stand for something else than in other routes: days, and what rows are of. */
const statistics: Readonly<Record<string, string>> = { by: 'queue', from: '2026-11-25', to: '2026-11-25' };

const missedCalls: Readonly<Record<string, string>> = { id: '1541415929.807', state: 'open' };

/** The route whose `from` and `to` are days. */
export function isOfStatistics(path: string): boolean {
  return path === '/coocenter-api/statistics';
}

/** The routes whose `id` is that of a call. */
export function isOfMissedCalls(path: string): boolean {
  return path.startsWith('/coocenter-api/missed-calls');
}

/** Good values for every parameter of a route; fails for a parameter that nobody has thought of yet. */
export function goodFields({ path, params }: RouteRow): Record<string, string> {
  return Object.fromEntries(
    params.map(({ name }) => {
      const own = isOfStatistics(path) ? statistics[name] : isOfMissedCalls(path) ? missedCalls[name] : undefined;
      const sample = name === 'state' && isOfDeliveries(path) ? 'dead' : (own ?? samples[name]);
      if (sample === undefined) throw new Error(`no sample for the parameter ${name}`);
      return [name, sample];
    }),
  );
}

/** The routes that speak of Asterisk: those of the contract but the recordings and sessions. */
export const asteriskRoutes = table.filter(
  ({ access, path }) => access === 'contract' && !/^\/coocenter-api\/(?:monitor|session|systeminfo)\b/.test(path),
);
