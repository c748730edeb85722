import { is, type ValueOf } from '../system/schema.ts';
import { eventDoc } from './event-doc.ts';
import type { EventMaker } from './event.ts';
import { common } from './fields.ts';

const body = is.object({
  event: is.word(['extensionstatus']),
  exten: is.text('the extension'),
  status: is.pattern(
    '^[0-9]+$',
    'Asterisk’s: 0 idle, 1 in use, 2 busy, 4 unavailable, 8 ringing, 16 on hold, and their sums',
  ),
  statustext: is.text('Asterisk’s word for it'),
  mac: common.mac,
});

/** Its documentation; the sample is the contract's. */
export const extensionstatusDoc = eventDoc('extensionstatus', {
  class: 'signal',
  summary: 'The state of an extension changed (§3.4)',
  schema: body,
  samples: [{ event: 'extensionstatus', exten: '808', status: '0', statustext: 'Idle', mac: '68:69:2e:05:0f:9a' }],
});

/** An extension's state changed (contract §3.4). */
export const extensionstatus: EventMaker = (change, context) => {
  if (change.type !== 'extension-status') return undefined;
  const { exten, status, text, timestamp } = change;
  return {
    class: 'signal',
    callId: `exten ${exten}`,
    rowKey: `${timestamp} ${status}`,
    body: { event: 'extensionstatus', exten, status, statustext: text, mac: context.mac } satisfies ValueOf<
      typeof body
    >,
  };
};
