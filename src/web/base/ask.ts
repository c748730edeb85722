import { kept } from './kept.ts';

/** The token of who signed in; `''`: nobody. All tabs of this browser share it. */
export const token = kept('session');

/** What came of a request. */
export type Outcome<T> =
  | { readonly ok: true; readonly message: string; readonly data: T }
  | { readonly ok: false; readonly why: Failure; readonly status: number; readonly message: string };

/**
 * Why it failed. `unreachable`: no answer, or none of the box's. `signedOut`: the session is over. `busy`: the box or
 * Asterisk cannot at present (429, 503). `refused`: everything else; `message` is the box's own.
 */
export type Failure = 'unreachable' | 'signedOut' | 'busy' | 'refused';

/** Parameters of a request; those that are `undefined` are left out. */
export type Params = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Milliseconds after which a request counts as lost. */
const patience = 15_000;

/** Called when the box does not know the session any more. */
let onSignedOut: (used: string) => void = () => undefined;

/** Sets who is told that the box does not know a token any more. */
export function whenSignedOut(tell: (used: string) => void): void {
  onSignedOut = tell;
}

/**
 * Asks the box: `ask<readonly string[]>('GET', 'blacklist/index')`; `T` is the type of `data`, from the route. Never
 * rejects.
 */
export async function ask<T = undefined>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  params: Params = {},
): Promise<Outcome<T>> {
  const answer = await askRaw(method, path, params);
  if (!answer.ok) return answer;
  const { message = '', data } = answer.data as { readonly message?: string; readonly data?: T };
  return { ok: true, message, data: data as T };
}

/** The same, with the whole body of the answer as `data`. */
export async function askRaw(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  params: Params = {},
): Promise<Outcome<unknown>> {
  const used = token.peek();
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  const query = method === 'GET' && given.length > 0 ? `?${queryOf(given)}` : '';
  let response: Response;
  try {
    response = await fetch(`/coocenter-api/${path}${query}`, {
      method,
      headers: {
        ...(used === '' ? {} : { Authorization: `Bearer ${used}` }),
        ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(Object.fromEntries(given)) }),
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(patience),
    });
  } catch (cause) {
    return { ok: false, why: 'unreachable', status: 0, message: cause instanceof Error ? cause.message : '' };
  }
  const body = await jsonOf(response);
  if (response.ok && body !== undefined) return { ok: true, message: '', data: body };
  const { status } = response;
  if (status === 401 && used !== '') onSignedOut(used);
  return { ok: false, why: failureOf(status, body), status, message: messageOf(body) };
}

function queryOf(given: readonly (readonly [string, Params[string]])[]): string {
  const query = new URLSearchParams();
  for (const [name, value] of given) query.set(name, Array.isArray(value) ? value.join(',') : String(value));
  return query.toString();
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return (await response.json()) as unknown;
  } catch {
    // Of something between here and the box, or cut off.
    return undefined;
  }
}

function failureOf(status: number, body: unknown): Failure {
  if (status === 401) return 'signedOut';
  if (status === 429 || status === 503) return 'busy';
  return body === undefined || status >= 500 ? 'unreachable' : 'refused';
}

function messageOf(body: unknown): string {
  const { message } = (body ?? {}) as { readonly message?: unknown };
  return typeof message === 'string' ? message : '';
}
