import type { AnswerDoc } from '../http/answer-doc.ts';
import type { Method, Route } from '../http/route.ts';
import { operationId } from './operation-id.ts';
import { refusalsOf, type Response } from './refusals.ts';
import { hasBody, parametersOf, type Parameter, type RequestBodies, type RequestBody } from './requests.ts';
import { securityOf } from './security.ts';
import { tagOf } from './tags.ts';

/** A request, or a pushed event. */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  /** The least role that may use it. */
  readonly 'x-role'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: RequestBody;
  /** By status. Refusals that any request may have are references. */
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>;
}

/** All requests by path and method. */
export function operationsOf(
  routes: readonly Route[],
  bodies: RequestBodies,
): Readonly<Record<string, Readonly<Record<string, Operation>>>> {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = (paths[route.path.replace(/\*$/, '{path}')] ??= {});
    for (const method of route.methods) path[method.toLowerCase()] = operationOf(route, method, bodies);
  }
  return paths;
}

function operationOf(route: Route, method: Method, bodies: RequestBodies): Operation {
  const { path, summary, access, role, needsAsterisk } = route;
  const parameters = parametersOf(route, method);
  const notes = [
    access === 'open' ? 'Needs no token.' : `Role: ${role}.`,
    ...(needsAsterisk ? ['503 while Asterisk is away.'] : []),
    ...(access === 'ours' ? ['Without a WEBKEY: for clients on the box itself.'] : []),
  ];
  return {
    operationId: operationId(route, method),
    summary,
    description: notes.join(' '),
    tags: [tagOf(path)],
    security: securityOf(route),
    ...(access !== 'open' && { 'x-role': role }),
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody(route, method) && { requestBody: bodies.of(route) }),
    responses: { ...refusalsOf(route, method), ...answersOf(route) } as Operation['responses'],
  };
}

/** Answers of one status and several types are one response. */
function answersOf(route: Route): Readonly<Record<string, Response>> {
  const responses: Record<string, Response> = {};
  for (const answer of route.answers()) {
    const { status = 200 } = answer;
    const [before, response] = [responses[status], responseOf(answer)];
    responses[status] =
      before === undefined
        ? response
        : {
            description: `${before.description}. ${response.description}`,
            content: { ...before.content, ...response.content },
          };
  }
  return responses;
}

function responseOf({ description, type = 'application/json', schema = {}, examples = [] }: AnswerDoc): Response {
  if (type === '') return { description };
  const told = Object.fromEntries(examples.map((value, i) => [`sample${i + 1}`, { value }]));
  return { description, content: { [type]: { schema, ...(examples.length > 0 && { examples: told }) } } };
}
