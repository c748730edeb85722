import type { Leg } from '../picture/model.ts';
import type { EventMaker, PushedEvent, EventContext } from './event.ts';
import { furtherOf } from './further.ts';

/** The fields of dialbegein and dialanswer. */
export function legPush(event: string, timestamp: string, leg: Leg, context: EventContext): PushedEvent {
  return {
    class: 'signal',
    callId: leg.call.id,
    rowKey: leg.destUniqueid,
    body: {
      event,
      timestamp,
      channel: leg.sourceName,
      calleridnum: leg.caller.num,
      destchannel: leg.destName,
      destcalleridnum: leg.callee.num,
      destuniqueid: leg.destUniqueid,
      dialstring: leg.dialString,
      uniqueid: leg.call.id,
      mac: context.mac,
      ...furtherOf(leg.call),
    },
  };
}

/** A call leg starts ringing (contract §3.1). */
export const dialbegein: EventMaker = (change, context) =>
  change.type === 'dial-begin' ? legPush('dialbegein', change.timestamp, change.leg, context) : undefined;
