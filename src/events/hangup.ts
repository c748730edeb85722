import { is, type ValueOf } from '../system/schema.ts';
import { eventDoc } from './event-doc.ts';
import type { EventMaker } from './event.ts';
import { common } from './fields.ts';
import { furtherFields, furtherOf } from './further.ts';

const body = is.object({
  event: is.word(['hangup']),
  calleridnum: is.text('the caller, whichever side’s channel it is'),
  calleridname: is.text('name of the caller'),
  connectedlinenum: is.text('the callee'),
  connectedlinename: is.text('name of the callee'),
  uniqueid: common.uniqueid,
  mac: common.mac,
  ...furtherFields,
});

/** Its documentation; the sample is the contract's. */
export const hangupDoc = eventDoc('hangup', {
  class: 'signal',
  summary: 'A channel of a call is gone (§3.3)',
  schema: body,
  samples: [
    {
      event: 'hangup',
      calleridnum: '808',
      calleridname: '808',
      connectedlinenum: '809',
      connectedlinename: '809',
      uniqueid: '1325747409.260',
      mac: '68:69:2e:05:0f:9a',
      linkedid: '1325747409.260',
    },
  ],
});

/** A channel of a call is gone; caller and callee are the call's, whichever side the channel is on (contract §3.3). */
export const hangup: EventMaker = (change, context) => {
  if (change.type !== 'hangup') return undefined;
  const { channel, caller, callee } = change;
  return {
    class: 'signal',
    callId: channel.call.id,
    rowKey: channel.uniqueid,
    body: {
      event: 'hangup',
      calleridnum: caller.num,
      calleridname: caller.name,
      connectedlinenum: callee.num,
      connectedlinename: callee.name,
      uniqueid: channel.call.id,
      mac: context.mac,
      ...furtherOf(channel.call),
    } satisfies ValueOf<typeof body>,
  };
};
