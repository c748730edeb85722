import type { Route } from '../http/route.ts';
import type { JsonSchema } from '../system/schema.ts';

/** How a client says who asks (contract §2, §5.1). */
export const securitySchemes = {
  session: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of local/login, for 12 hours; the token of the day is accepted too',
  },
  token: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'The token of the day: md5 in hex of WEBKEY followed by YYYY-MM-DD',
  },
  tokenToo: {
    type: 'apiKey',
    in: 'header',
    name: 'Authentication',
    description: 'Another name of the same header',
  },
  ticket: {
    type: 'apiKey',
    in: 'query',
    name: 'ticket',
    description: 'A ticket of session/ticket, where no header can be sent: 60 seconds, one use',
  },
} as const satisfies Readonly<Record<string, JsonSchema>>;

/** The ways of a request: any one of them is enough. */
export function securityOf({ access, ticket }: Route): readonly Readonly<Record<string, readonly string[]>>[] {
  if (access === 'open') return [];
  const ways = ['session', 'token', 'tokenToo', ...(ticket === undefined ? [] : ['ticket'])];
  return ways.map((name) => ({ [name]: [] }));
}
