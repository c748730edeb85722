import type { EventMaker } from './event.ts';

/** An extension's state changed (contract §3.4). */
export const extensionstatus: EventMaker = (change, context) => {
  if (change.type !== 'extension-status') return undefined;
  const { exten, status, text, timestamp } = change;
  return {
    class: 'signal',
    callId: `exten ${exten}`,
    rowKey: `${timestamp} ${status}`,
    body: { event: 'extensionstatus', exten, status, statustext: text, mac: context.mac },
  };
};
