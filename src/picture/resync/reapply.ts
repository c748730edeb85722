import { update } from '../handlers/channels.ts';
import type { Handler } from '../state.ts';
import { noteWaiting } from '../handlers/queue-visits.ts';

/**
 * Of events that came while lists were on their way and that were done then: what the lists, which are older, have put
 * back. A ringing, a hold, a conversation, a visit of a queue are in no list, and would be had twice.
 */
export const reapply: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['Newstate', update],
  ['NewCallerid', update],
  ['NewConnectedLine', update],
  ['BridgeEnter', update],
  ['BridgeLeave', update],
  ['QueueCallerJoin', noteWaiting],
  ['QueueCallerLeave', noteWaiting],
  ['QueueCallerAbandon', noteWaiting],
]);
