import type { Leg } from '../picture/call.ts';
import type { Change } from '../picture/change.ts';
import type { Maker, RecordContext } from './record.ts';

/** The fields that dialbegein and dialanswer share. */
export function legFields(
  event: string,
  timestamp: string,
  leg: Leg,
  context: RecordContext,
): Record<string, string> & { event: string } {
  return {
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
  };
}

/** A call leg starts ringing (contract §3.1). */
export const dialbegein: Maker = (change: Change, context) => {
  if (change.type !== 'dial-begin') return undefined;
  const { leg, timestamp } = change;
  return {
    class: 'signal',
    callId: leg.call.id,
    rowKey: leg.destUniqueid,
    body: legFields('dialbegein', timestamp, leg, context),
  };
};
