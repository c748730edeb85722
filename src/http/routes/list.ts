import type { Route } from '../route.ts';
import { blacklistRoutes } from './blacklist.ts';
import type { CallsDeps } from './calls.ts';
import { callsRoutes } from './calls.ts';
import type { CodesDeps } from './codes.ts';
import { codesRoutes } from './codes.ts';
import { conferenceRoutes } from './conferences.ts';
import type { DeliveriesDeps } from './deliveries.ts';
import { deliveriesRoutes } from './deliveries.ts';
import type { RouteDeps } from './deps.ts';
import type { DocumentationDeps } from './documentation.ts';
import { documentationRoutes } from './documentation.ts';
import { extensionRoutes } from './extensions.ts';
import { intercomRoutes } from './intercom.ts';
import type { MetricsDeps } from './metrics.ts';
import { metricsRoutes } from './metrics.ts';
import type { MissedCallsDeps } from './missed-calls.ts';
import { missedCallsRoutes } from './missed-calls.ts';
import type { MonitorDeps } from './monitor.ts';
import { monitorRoutes } from './monitor.ts';
import type { PagesDeps } from './pages.ts';
import { pageRoutes } from './pages.ts';
import { queueRoutes } from './queues.ts';
import { pluginExtensionRoutes } from './plugin-extensions.ts';
import type { RecordingsDeps } from './recordings.ts';
import { recordingsRoutes } from './recordings.ts';
import type { RecordsDeps } from './records.ts';
import { recordsSearchRoutes, type RecordsSearchDeps } from './records-search.ts';
import { recordsRoutes } from './records.ts';
import type { SessionDeps } from './session.ts';
import { sessionRoutes } from './session.ts';
import type { StatisticsDeps } from './statistics.ts';
import { statisticsRoutes } from './statistics.ts';
import type { StatusDeps } from './status.ts';
import { statusRoutes } from './status.ts';
import type { StreamDeps } from './stream.ts';
import { streamRoutes } from './stream.ts';
import type { SystemInfoDeps } from './systeminfo.ts';
import { systemInfoRoutes } from './systeminfo.ts';
import type { SystemDeps } from './system.ts';
import { systemRoutes } from './system.ts';
import { usersRoutes, type UsersDeps } from './users.ts';

/** What all routes need. */
export type AllDeps = RouteDeps &
  CallsDeps &
  CodesDeps &
  MetricsDeps &
  MissedCallsDeps &
  MonitorDeps &
  PagesDeps &
  RecordingsDeps &
  RecordsDeps &
  RecordsSearchDeps &
  DeliveriesDeps &
  DocumentationDeps &
  SessionDeps &
  StatisticsDeps &
  StatusDeps &
  StreamDeps &
  SystemInfoDeps &
  SystemDeps &
  UsersDeps;

/** Every request that is served. */
export function allRoutes(deps: AllDeps): Route[] {
  return [
    ...sessionRoutes(deps),
    ...extensionRoutes(deps),
    ...pluginExtensionRoutes(deps),
    ...conferenceRoutes(deps),
    ...intercomRoutes(deps),
    ...queueRoutes(deps),
    ...codesRoutes(deps),
    ...callsRoutes(deps),
    ...missedCallsRoutes(deps),
    ...blacklistRoutes(deps),
    ...monitorRoutes(deps),
    ...recordingsRoutes(deps),
    ...recordsRoutes(deps),
    ...recordsSearchRoutes(deps),
    ...deliveriesRoutes(deps),
    ...statisticsRoutes(deps),
    ...statusRoutes(deps),
    ...usersRoutes(deps),
    ...streamRoutes(deps),
    ...metricsRoutes(deps),
    ...systemInfoRoutes(deps),
    ...systemRoutes(deps),
    ...documentationRoutes(deps),
    ...pageRoutes(deps),
  ];
}
