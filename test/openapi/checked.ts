import type { Operation } from '../../src/openapi/operations.ts';
import type { Response } from '../../src/openapi/refusals.ts';
import type { JsonSchema } from '../../src/system/schema.ts';
import { made } from './made.ts';
import { wrongWith } from './valid.ts';

/** A schema of the document as one of its own: its references lead somewhere. */
export function whole(schema: JsonSchema): JsonSchema {
  return { ...schema, components: made.components };
}

/** Requests by path of the document. */
const places = Object.entries(made.paths).map(([path, operations]) => ({
  path,
  operations,
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace('{path}', '.+')}$`),
}));

/** The request of a method and a path, as the document has it. */
export function operationOf(method: string, path: string): Operation | undefined {
  const place = places.find((one) => one.path === path) ?? places.find(({ pattern }) => pattern.test(path));
  return place?.operations[method === 'HEAD' ? 'get' : method.toLowerCase()];
}

/** What an operation answers with a status. */
export function responseOf({ responses }: Operation, status: number): Response | undefined {
  const found = responses[status];
  return found !== undefined && '$ref' in found
    ? made.components.responses[found.$ref.replace('#/components/responses/', '')]
    : found;
}

/** An answer that was got. */
export interface Got {
  readonly method: string;
  /** Path and query of the request. */
  readonly url: string;
  readonly status: number;
  /** Content-Type; `''`: none. */
  readonly type: string;
  readonly body: string;
}

/** Statuses that no operation has: they tell that there is no such operation, or that it is no HTTP. */
const ofNone = [404, 405];

/** What of an answer is not as the document says; `''`: nothing. */
export function wrongAnswer({ method, url, status, type, body }: Got): string {
  const path = url.replace(/\?.*$/, '');
  const what = `${method} ${path} ${status}`;
  const operation = operationOf(method, path);
  if (operation === undefined) return ofNone.includes(status) ? '' : `${what}: there is no such operation`;
  const response = responseOf(operation, status);
  if (response === undefined) return `${what}: the document knows no such status`;
  if (method === 'HEAD') return '';
  if (response.content === undefined) return body === '' ? '' : `${what}: it has a body`;
  const media = type.replace(/;.*$/, '');
  const known = Object.entries(response.content).find(
    ([name]) => name.replace(/;.*$/, '') === media || (name.endsWith('/*') && media.startsWith(name.slice(0, -1))),
  );
  if (known === undefined) return `${what}: it is ${media}`;
  if (media !== 'application/json') return '';
  const wrong = wrongWith(whole(known[1].schema as JsonSchema), JSON.parse(body) as unknown);
  return wrong === '' ? '' : `${what}: ${wrong}: ${body.slice(0, 300)}`;
}

/** Throws if an answer that was got is not as the document says. */
export function requireAsDocumented(got: Got): void {
  const wrong = wrongAnswer(got);
  if (wrong !== '') throw new Error(`not as the OpenAPI document says: ${wrong}`);
}
