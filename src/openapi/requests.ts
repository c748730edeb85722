import { paramSchema, type Param, type Params } from '../http/params.ts';
import type { Method, Route } from '../http/route.ts';
import type { JsonSchema } from '../system/schema.ts';
import { operationId } from './operation-id.ts';
import { sampleOf } from './samples.ts';

/** A parameter in the query or the path. */
export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

/** What is sent in a body. */
export interface RequestBody {
  readonly required: boolean;
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema; readonly examples?: unknown }>>;
}

/** The media types of a request's body. */
const bodyTypes = ['application/x-www-form-urlencoded', 'application/json', 'multipart/form-data'] as const;

/** Whether the parameters of a request are told as a body: they may stand in the query too. */
export function hasBody({ params }: Route, method: Method): boolean {
  return method === 'POST' && Object.keys(params).length > 0;
}

/** The parameters in query and path. */
export function parametersOf(route: Route, method: Method): Parameter[] {
  const inQuery = hasBody(route, method) ? [] : Object.entries(route.params);
  const rest: Parameter = {
    name: 'path',
    in: 'path',
    required: true,
    description: 'All that follows; its slashes may stand as they are, or as %2F',
    schema: { type: 'string' },
  };
  return [
    ...(route.path.endsWith('/*') ? [rest] : []),
    ...inQuery.map(([name, param]): Parameter => {
      const example = sampleOf(name, param);
      return {
        name,
        in: 'query',
        required: param.required,
        description: descriptionOf(name, param, route),
        schema: paramSchema(param),
        ...(example !== undefined && { example }),
      };
    }),
  ];
}

/** The bodies of all requests of one document. Routes with the same parameters have the same schema. */
export class RequestBodies {
  readonly #schemas = new Map<Params, { readonly schema: JsonSchema; readonly name: string }>();

  /** The body of a request that has one. */
  of(route: Route): RequestBody {
    const known = this.#schemas.get(route.params);
    const schema = known?.schema ?? bodySchema(route);
    if (known === undefined) this.#schemas.set(route.params, { schema, name: `${operationId(route, 'POST')}Request` });
    return {
      required: Object.values(route.params).some(({ required }) => required),
      content: Object.fromEntries(bodyTypes.map((type) => [type, { schema }])),
    };
  }

  /** The schemas of all that were asked for, with their names. */
  get named(): readonly (readonly [JsonSchema, string])[] {
    return [...this.#schemas.values()].map(({ schema, name }) => [schema, name]);
  }
}

function bodySchema(route: Route): JsonSchema {
  const { params } = route;
  const properties = Object.entries(params).map(([name, param]) => {
    const example = sampleOf(name, param);
    const examples = example === undefined ? {} : { examples: [example] };
    return [name, { ...paramSchema(param), description: descriptionOf(name, param, route), ...examples }];
  });
  const required = Object.keys(params).filter((name) => params[name]?.required === true);
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as JsonSchema,
    ...(required.length > 0 && { required }),
  };
}

/** What a parameter is for, and what it may be like. */
function descriptionOf(name: string, { allowed }: Param<unknown>, { meanings }: Route): string {
  const meaning = meanings[name] ?? '';
  return `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}. Allowed: ${allowed}`;
}
