import type { Route } from '../http/route.ts';
import type { FormatDoc } from '../events/formats/documented.ts';
import { alertDoc } from '../push/alert-body.ts';
import type { JsonSchema } from '../system/schema.ts';
import { withRefs, type Named } from './named-schemas.ts';
import { operationsOf, type Operation } from './operations.ts';
import { commonResponses, errorSchema, type Response } from './refusals.ts';
import { RequestBodies } from './requests.ts';
import { securitySchemes } from './security.ts';
import { tags, type Tag } from './tags.ts';
import { alertHook, webhookName, webhooksOf } from './webhooks.ts';

/** Paths or webhooks by name: operations by method. */
export type Operations = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** An OpenAPI 3.1 document, as far as this API has it. */
export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<string, unknown>> & { readonly title: string; readonly version: string };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly Tag[];
  readonly paths: Operations;
  readonly webhooks: Operations;
  readonly components: {
    readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
}

/** What the document is made of. */
export interface DocumentParts {
  readonly routes: readonly Route[];
  readonly events: readonly FormatDoc[];
  /** With or without the commit, which is left out: whoever reads this needs no token. */
  readonly version: string;
}

const description = `What CRMs, softphones, agents’ toolbars and browser extensions say to the box, and what it pushes to your server
(\`webhooks\`). Names in parentheses, such as §4.8, are clauses of the wire contract.

Every request but those that say otherwise carries a token: that of the day (\`Authorization: <md5 in hex of WEBKEY and
YYYY-MM-DD>\`), or that of somebody who signed in (\`Authorization: Bearer <token>\`). Parameters go into the query, or into
a body that is a form or JSON. Failure is \`{"status":"error","message":…}\` with a fitting status; where it has
\`Retry-After\`, ask again after so many seconds.`;

/** Makes the OpenAPI document of all requests and pushed events. */
export function openApiOf({ routes, events, version }: DocumentParts): OpenApi {
  const bodies = new RequestBodies();
  const paths = operationsOf(routes, bodies);
  const alert = alertDoc();
  const named: Named = new Map<JsonSchema, string>([
    [errorSchema, 'Error'],
    [alert.schema, 'alert'],
    ...events.map((event) => [event.schema, webhookName(event)] as const),
    ...bodies.named,
  ]);
  const document: OpenApi = {
    openapi: '3.1.0',
    info: {
      title: 'coocenter-api',
      version: version.replace(/\+.*$/, ''),
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The box that serves this document' }],
    tags,
    paths,
    webhooks: { ...webhooksOf(events), ...alertHook(alert) },
    components: { schemas: {}, responses: commonResponses(), securitySchemes },
  };
  return withRefs(document, named);
}
