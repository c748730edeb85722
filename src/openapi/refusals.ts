import type { Refusals } from '../http/answer-doc.ts';
import type { Method, Route } from '../http/route.ts';
import { is } from '../system/schema.ts';
import { hasBody } from './requests.ts';

/** An answer as the document has it. */
export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema: unknown; readonly examples?: unknown }>>;
}

/** Failure (contract §4). */
export const errorSchema = is.object({
  status: is.word(['error']),
  message: is.text('why; where Asterisk answers with a text, that text'),
});

const retryAfter = { 'Retry-After': { description: 'Seconds after which to ask again', schema: { type: 'string' } } };

/** What any request may be refused with (docs/api.md, "Requests"). */
const common: readonly {
  readonly status: number;
  readonly name: string;
  readonly messages: readonly string[];
  readonly isOf: (route: Route, method: Method) => boolean;
}[] = [
  {
    status: 400,
    name: 'BadRequest',
    messages: ['missing parameter: queue', 'parameter state must be on or off', 'malformed JSON'],
    isOf: () => true,
  },
  {
    status: 401,
    name: 'Unauthorized',
    messages: ['missing header: Authorization', 'wrong token', 'the session is over: sign in again'],
    isOf: ({ access }) => access !== 'open',
  },
  {
    status: 403,
    name: 'Forbidden',
    messages: ['needs the role …', 'needs a WEBKEY in api.conf, or a client on the box itself'],
    isOf: ({ access }) => access !== 'open',
  },
  { status: 408, name: 'RequestTimeout', messages: ['the body took too long'], isOf: hasBody },
  { status: 413, name: 'ContentTooLarge', messages: ['the body is larger than 16384 bytes'], isOf: hasBody },
  {
    status: 415,
    name: 'UnsupportedMediaType',
    messages: ['charset … is not supported, send utf-8', 'compressed bodies are not supported'],
    isOf: hasBody,
  },
  { status: 417, name: 'ExpectationFailed', messages: ['expectation not supported: …'], isOf: () => true },
  {
    status: 421,
    name: 'MisdirectedRequest',
    messages: ['unknown host …: use the IP address of the box, or add it to host_names in api.conf'],
    isOf: () => true,
  },
  {
    status: 429,
    name: 'TooManyRequests',
    messages: ['too many wrong tokens'],
    isOf: ({ access }) => access !== 'open',
  },
  { status: 431, name: 'HeadersTooLarge', messages: ['too many headers'], isOf: () => true },
  { status: 500, name: 'InternalError', messages: ['internal error'], isOf: () => true },
  {
    status: 503,
    name: 'Unavailable',
    messages: ['there is no connection to Asterisk', 'too many answers wait to be read'],
    isOf: () => true,
  },
  {
    status: 504,
    name: 'AsteriskTimeout',
    messages: ['Asterisk did not answer in time'],
    isOf: ({ needsAsterisk }) => needsAsterisk,
  },
];

/** The refusals that have no messages of a request's own. */
export function commonResponses(): Readonly<Record<string, Response>> {
  return Object.fromEntries(common.map(({ status, name, messages }) => [name, refusal(status, messages)]));
}

/** What a request may be refused with, by status. */
export function refusalsOf(route: Route, method: Method): Readonly<Record<string, unknown>> {
  const own: Refusals = route.refuses;
  const any = common.filter(({ isOf }) => isOf(route, method));
  const statuses = new Set([...Object.keys(own).map(Number), ...any.map(({ status }) => status)]);
  return Object.fromEntries(
    [...statuses].map((status): [number, unknown] => {
      const known = any.find((one) => one.status === status);
      const messages = own[status];
      if (messages === undefined) return [status, { $ref: `#/components/responses/${known?.name ?? ''}` }];
      return [status, refusal(status, [...messages, ...(known?.messages ?? [])])];
    }),
  );
}

function refusal(status: number, messages: readonly string[]): Response {
  return {
    description: messages.join('; '),
    ...([429, 503].includes(status) && { headers: retryAfter }),
    content: {
      'application/json': {
        schema: errorSchema,
        examples: Object.fromEntries(
          messages.map((message, i) => [`error${i + 1}`, { value: { status: 'error', message } }]),
        ),
      },
    },
  };
}
