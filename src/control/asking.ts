import type { AmiClient } from '../ami/client.ts';
import { AmiError } from '../ami/errors.ts';
import { accepted, isDenied } from './answer.ts';
import { ApiError } from '../system/api-error.ts';

/** The AMI client as the verbs see it. */
export type Asking = Pick<AmiClient, 'action' | 'list'>;

/** Asterisk is away: come back soon. */
export function away(options?: { readonly cause: unknown }): ApiError {
  return new ApiError(503, 'there is no connection to Asterisk', { 'Retry-After': '2' }, options);
}

/** What an API client is told when Asterisk could not be asked or did not answer. */
function told(cause: unknown): unknown {
  if (!(cause instanceof AmiError)) return cause;
  switch (cause.kind) {
    case 'refused-value':
      return new ApiError(400, cause.message, {}, { cause });
    case 'timeout':
      return new ApiError(504, 'Asterisk did not answer in time', {}, { cause });
    case 'refused-action':
      return cause;
    case 'not-connected':
    case 'disconnected':
    case 'unreachable':
    case 'authentication':
    case 'protocol':
      return away({ cause });
  }
}

/**
 * Asks as the client does; its failures are `ApiError`s: 503 with Retry-After, 504 when the answer does not come. A list
 * that the AMI account may not have is a 503 too, not an empty one.
 */
export function asking(ami: Asking): Asking {
  return {
    async action(...question) {
      try {
        return await ami.action(...question);
      } catch (cause) {
        throw told(cause);
      }
    },
    async list(...question) {
      try {
        const list = await ami.list(...question);
        if (isDenied(list.response)) accepted(list.response);
        return list;
      } catch (cause) {
        throw told(cause);
      }
    },
  };
}
