import { eventDocs } from '../../src/events/formats/documented.ts';
import { allRoutes } from '../../src/http/routes/list.ts';
import type { Route } from '../../src/http/route.ts';
import { openApiOf, type OpenApi } from '../../src/openapi/document.ts';

/** Every route. What they need is touched when they are used; here they are only read. */
export const routes: readonly Route[] = allRoutes({
  dialFeatures: () => false,
  international: () => '',
} as unknown as Parameters<typeof allRoutes>[0]);

/** The document that the daemon serves, with its answers as any JSON. */
export const made: OpenApi = JSON.parse(
  JSON.stringify(openApiOf({ routes, events: eventDocs(), version: '0.1.0+0123456789ab' })),
) as OpenApi;
