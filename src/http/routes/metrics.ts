import { expositionType } from '../../system/exposition.ts';
import { is } from '../../system/schema.ts';
import { route, type Route } from '../route.ts';

/** What this route needs. */
export interface MetricsDeps {
  /** All numbers of the daemon, as Prometheus reads them. */
  readonly metrics: () => Promise<string>;
}

/** For monitoring. */
export function metricsRoutes({ metrics }: MetricsDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: '/metrics',
      summary: 'Numbers of the daemon for Prometheus',
      access: 'ours',
      role: 'supervisor',
      takesMetricsToken: true,
      answer: () => ({
        description: 'All numbers, in the text format of Prometheus',
        type: expositionType,
        schema: is.text(),
      }),
      handle: async () => ({ text: await metrics(), headers: { 'Content-Type': expositionType } }),
    }),
  ];
}
