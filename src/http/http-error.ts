import type { RefusalKind } from '../system/refusal.ts';
import { Refusal } from '../system/refusal.ts';

/** A failure that an API client is told: `status` 4xx or 5xx, and the message (contract §4). */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    options?: { readonly cause: unknown },
  ) {
    super(message, options);
    this.status = status;
    this.headers = headers;
  }
}

const statuses: Record<RefusalKind, number> = {
  invalid: 400,
  'not-found': 404,
  conflict: 409,
  unavailable: 503,
  timeout: 504,
};

/** The failure that a client is told; `undefined` if the error is unexpected: the client is told no more. */
export function httpErrorOf(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  if (!(error instanceof Refusal)) return undefined;
  const { kind, message, retryAfter, cause } = error;
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  return new HttpError(statuses[kind], message, headers, { cause });
}
