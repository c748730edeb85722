import { update } from '../handlers/channels.ts';
import type { Handler } from '../state.ts';
import { noteWaiting } from '../handlers/queue-visits.ts';

/**
 * What to do again for an event that was taken while a snapshot was on its way: whatever the lists, which are older,
 * have put back. Ringing, hold, conversations and queue visits are in no list, and would count twice.
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
