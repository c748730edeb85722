import type { AmiClient } from './client.ts';
import { AmiError } from './errors.ts';
import { requireSuccess, isDenied } from './require-success.ts';
import { Refusal } from '../system/refusal.ts';

/** What the rooms above may do with the AMI client. */
export type AmiActions = Pick<AmiClient, 'action' | 'list'>;

/** The refusal while there is no connection to Asterisk. */
export function away(options?: { readonly cause: unknown }): Refusal {
  return new Refusal('unavailable', 'there is no connection to Asterisk', { retryAfter: 2, ...options });
}

/** The AMI client's failure as a refusal. */
function refusalOf(cause: unknown): unknown {
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
 * The same client with failures as `Refusal`s: `unavailable`, or `timeout` if no answer comes. A list that the AMI account
 * may not read is `unavailable` too, rather than empty.
 */
export function withRefusals(ami: AmiActions): AmiActions {
  return {
    async action(...question) {
      try {
        return await ami.action(...question);
      } catch (cause) {
        throw refusalOf(cause);
      }
    },
    async list(...question) {
      try {
        const list = await ami.list(...question);
        if (isDenied(list.response)) requireSuccess(list.response);
        return list;
      } catch (cause) {
        throw refusalOf(cause);
      }
    },
  };
}
