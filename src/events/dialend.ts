import type { EventMaker } from './event.ts';
import { furtherOf } from './further.ts';

/** A call leg is over, once for every dialbegein (contract §3.2). */
export const dialend: EventMaker = (change, context) => {
  if (change.type !== 'dial-end') return undefined;
  const { leg, timestamp, status } = change;
  return {
    class: 'signal',
    callId: leg.call.id,
    rowKey: leg.destUniqueid,
    body: {
      event: 'dialend',
      timestamp,
      channel: leg.sourceName,
      calleridnum: leg.caller.num,
      destchannel: leg.destName,
      destcalleridnum: leg.callee.num,
      uniqueid: leg.call.id,
      dialstatus: status,
      mac: context.mac,
      ...furtherOf(leg.call),
    },
  };
};
