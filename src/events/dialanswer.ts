import { legPush, legSchema } from './dialbegein.ts';
import { eventDoc } from './event-doc.ts';
import type { EventMaker } from './event.ts';

/** Its documentation. */
export const dialanswerDoc = eventDoc('dialanswer', {
  class: 'signal',
  summary: 'A leg of a call was answered; ours, only for receivers that name it in `events`',
  schema: legSchema('dialanswer'),
  samples: [
    {
      event: 'dialanswer',
      timestamp: '1795390662.006336',
      channel: 'PJSIP/trunk-00000000',
      calleridnum: '85322361',
      destchannel: 'PJSIP/800-00000001',
      destcalleridnum: '800',
      destuniqueid: '1795390661.1',
      dialstring: 'PJSIP/800',
      uniqueid: '1795390661.0',
      mac: '68:69:2e:03:8b:3e',
      linkedid: '1795390661.0',
    },
  ],
});

/** A call leg was answered: our own event with the fields of dialbegein, pushed only where `[push] events` names it. */
export const dialanswer: EventMaker = (change, context) =>
  change.type === 'dial-answer' ? legPush('dialanswer', change.timestamp, change.leg, context) : undefined;
