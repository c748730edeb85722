import type { RouteRow } from '../../src/http/route.ts';
import { routeTable } from '../../src/http/route.ts';
import { allRoutes } from '../../src/http/routes/list.ts';

/** What the routes need is touched when they are used; here they are only read. */
const unused = { dialFeatures: () => false } as unknown as Parameters<typeof allRoutes>[0];

/** Every method of every route of the daemon. */
export const table: readonly RouteRow[] = routeTable(allRoutes(unused));

/** A good value for each parameter of the contract. */
const samples: Readonly<Record<string, string>> = {
  dst: '801',
  extension: '800',
  limitSec: '60',
  member: '800',
  number: '123456',
  queue: '630',
  ringSec: '4',
  src: '800',
  state: 'on',
  wait: '0',
};

/** Good values for every parameter of a route; fails for a parameter that nobody has thought of yet. */
export function goodFields({ params }: RouteRow): Record<string, string> {
  return Object.fromEntries(
    params.map(({ name }) => {
      const sample = samples[name];
      if (sample === undefined) throw new Error(`no sample for the parameter ${name}`);
      return [name, sample];
    }),
  );
}

/** The routes that speak of Asterisk: those of the contract but the recordings. */
export const asteriskRoutes = table.filter(
  ({ access, path }) => access === 'contract' && !path.startsWith('/coocenter-api/monitor/'),
);
