import { is } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { failure, success } from '../answer.ts';
import { route, type Route } from '../route.ts';

/** Whether the daemon can do its work. */
export type Readiness =
  /** `warnings`: what should be looked at although commands are carried out. */
  | { readonly ready: true; readonly warnings?: readonly string[] }
  /** Why not, and after how many seconds to ask again. */
  | { readonly ready: false; readonly reasons: readonly string[]; readonly retryAfter: number };

/** What these routes need. */
export interface SystemDeps {
  readonly readiness: () => Readiness;
}

const warningsSchema = () =>
  is.object({ warnings: is.list(is.text(), 'what should be looked at although commands are carried out') });

/** For monitoring: they need no token, and answer while Asterisk is away. */
export function systemRoutes({ readiness }: SystemDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: '/ready',
      summary: 'Whether commands are carried out now',
      access: 'open',
      answer: () => ({
        ...succeeds('ready', is.optional(warningsSchema())),
        examples: [
          { status: 'success', message: 'ready' },
          {
            status: 'success',
            message: 'ready',
            data: { warnings: ['the receiver crm has failed for 20 minutes'] },
          },
        ],
      }),
      refuses: { 503: ['not ready: no connection to Asterisk: …'] },
      handle() {
        const now = readiness();
        if (now.ready) {
          const { warnings = [] } = now;
          return success('ready', warnings.length === 0 ? undefined : { warnings });
        }
        return failure(503, `not ready: ${now.reasons.join(', ')}`, { 'Retry-After': String(now.retryAfter) });
      },
    }),
    route({
      methods: ['GET'],
      path: '/health',
      summary: 'Whether the daemon lives',
      access: 'open',
      answer: () => succeeds('alive'),
      handle: () => success('alive'),
    }),
  ];
}
