import type { Route } from '../route.ts';
import { blacklistRoutes } from './blacklist.ts';
import type { RouteDeps } from './deps.ts';
import { extensionRoutes } from './extensions.ts';
import type { MonitorDeps } from './monitor.ts';
import { monitorRoutes } from './monitor.ts';
import { queueRoutes } from './queues.ts';
import type { SystemDeps } from './system.ts';
import { systemRoutes } from './system.ts';

/** Every request that is served. */
export function allRoutes(deps: RouteDeps & MonitorDeps & SystemDeps): Route[] {
  return [
    ...extensionRoutes(deps),
    ...queueRoutes(deps),
    ...blacklistRoutes(deps),
    ...monitorRoutes(deps),
    ...systemRoutes(deps),
  ];
}
