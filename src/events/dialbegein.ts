import type { Leg } from '../picture/model.ts';
import { is, type ObjectOf, type Schema } from '../system/schema.ts';
import { eventDoc } from './event-doc.ts';
import type { EventMaker, PushedEvent, EventContext } from './event.ts';
import { common } from './fields.ts';
import { furtherFields, furtherOf } from './further.ts';

/** The fields of dialbegein and dialanswer behind `event`. */
export const legFields = {
  timestamp: common.timestamp,
  channel: is.text('the caller’s channel; empty when the API rings src'),
  calleridnum: is.text('the caller; when the API rings src, the number that src will be connected with'),
  destchannel: is.text('the channel that rings'),
  destcalleridnum: is.text('the callee'),
  destuniqueid: is.text('unique id of the channel that rings'),
  dialstring: is.text('what was dialled, as Asterisk tells it'),
  uniqueid: common.uniqueid,
  mac: common.mac,
  ...furtherFields,
};
type LegBody<E extends string> = { readonly event: E } & ObjectOf<typeof legFields>;

/** The schema of dialbegein or dialanswer. */
export function legSchema<const E extends string>(event: E): Schema<LegBody<E>> {
  return is.object({ event: is.word([event]), ...legFields });
}

/** Its documentation; the sample is the contract's. */
export const dialbegeinDoc = eventDoc('dialbegein', {
  class: 'signal',
  summary: 'A leg of a call starts ringing (§3.1)',
  schema: legSchema('dialbegein'),
  samples: [
    {
      event: 'dialbegein',
      timestamp: '1534993059.785012',
      channel: 'DAHDI/i1/18782985586-51',
      calleridnum: '18782985586',
      destchannel: 'SIP/886-00000065',
      destcalleridnum: '886',
      destuniqueid: '1534993059.630',
      dialstring: 'SIP/886',
      uniqueid: '1534993030.626',
      mac: '68:69:2e:05:0f:9a',
      linkedid: '1534993030.626',
    },
  ],
});

/** An event about a leg, with the fields of dialbegein. */
export function legPush(
  event: 'dialbegein' | 'dialanswer',
  timestamp: string,
  leg: Leg,
  context: EventContext,
): PushedEvent {
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
    } satisfies LegBody<typeof event>,
  };
}

/** A call leg starts ringing (contract §3.1). */
export const dialbegein: EventMaker = (change, context) =>
  change.type === 'dial-begin' ? legPush('dialbegein', change.timestamp, change.leg, context) : undefined;
