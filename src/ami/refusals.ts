import type { AmiClient } from './client.ts';
import { AmiError } from './errors.ts';
import { requireSuccess, isDenied } from './require-success.ts';
import { Refusal } from '../system/refusal.ts';

/** The AMI client as the verbs see it. */
export type AmiActions = Pick<AmiClient, 'action' | 'list'>;

/** Asterisk is away: come back soon. */
export function away(options?: { readonly cause: unknown }): Refusal {
  return new Refusal('unavailable', 'there is no connection to Asterisk', { retryAfter: 2, ...options });
}

/** The refusal that a failure of the AMI client is. */
function told(cause: unknown): unknown {
  if (!(cause instanceof AmiError)) return cause;
  switch (cause.kind) {
    case 'refused-value':
      return new Refusal('invalid', cause.message, { cause });
    case 'timeout':
      return new Refusal('timeout', 'Asterisk did not answer in time', { cause });
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
 * Asks as the client does; its failures are `Refusal`s: `unavailable`, or `timeout` when the answer does not come. A list
 * that the AMI account may not have is `unavailable` too, not an empty one.
 */
export function withRefusals(ami: AmiActions): AmiActions {
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
        if (isDenied(list.response)) requireSuccess(list.response);
        return list;
      } catch (cause) {
        throw told(cause);
      }
    },
  };
}
