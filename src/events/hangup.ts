import type { EventMaker } from './event.ts';
import { furtherOf } from './further.ts';

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
    },
  };
};
