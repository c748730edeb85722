import type { Call, Channel, Leg } from './call.ts';

/** What a caller went through: menus, queues, conversations, survey. Begins with the first menu or queue of a call. */
export interface Journey {
  readonly call: Call;
  /** The caller's channel, whoever rang whom: who heard the menu or waited in the queue. */
  readonly traveller: Channel;
  /** Extension (or else the name) of the member that answered a queue's call, or of the last that was called; `''`: nobody was. */
  agent: string;
  /** The ringing and conversation of `agent`'s phone, when it answered. */
  agentLeg: Leg | undefined;
}
