import { is, type ValueOf } from '../system/schema.ts';
import { legFields } from './dialbegein.ts';
import { eventDoc } from './event-doc.ts';
import type { EventMaker } from './event.ts';
import { common } from './fields.ts';
import { furtherFields, furtherOf } from './further.ts';

const { timestamp, channel, calleridnum, destchannel, destcalleridnum } = legFields;

const body = is.object({
  event: is.word(['dialend']),
  timestamp,
  channel,
  calleridnum,
  destchannel,
  destcalleridnum,
  uniqueid: common.uniqueid,
  dialstatus: is.text(
    '`hangup`: it was answered, and its channel is gone; otherwise Asterisk’s status in lower case (`busy`, `cancel`, `noanswer`, `congestion`, `chanunavail`, …)',
  ),
  mac: common.mac,
  ...furtherFields,
});

/** Its documentation; the sample is the contract's. */
export const dialendDoc = eventDoc('dialend', {
  class: 'signal',
  summary: 'A leg of a call is over, once for every dialbegein (§3.2)',
  schema: body,
  samples: [
    {
      event: 'dialend',
      timestamp: '1534993059.785012',
      channel: 'DAHDI/i1/18782985586-51',
      calleridnum: '18782985586',
      destchannel: 'SIP/886-00000065',
      destcalleridnum: '886',
      uniqueid: '1534993030.626',
      dialstatus: 'hangup',
      mac: '68:69:2e:05:0f:9a',
      linkedid: '1534993030.626',
    },
  ],
});

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
    } satisfies ValueOf<typeof body>,
  };
};
