import { localTime } from '../system/local-time.ts';
import { is, type ValueOf } from '../system/schema.ts';
import { eventDoc } from './event-doc.ts';
import type { EventMaker } from './event.ts';
import { common } from './fields.ts';

const body = is.object({
  event: is.word(['agentstate']),
  agent: is.text('the member’s extension, or else its name'),
  queueCode: is.text('the queue'),
  state: is.word(
    ['login', 'logout', 'pause', 'unpause', 'wrapup'],
    '`unpause`: takes calls again; `wrapup`: paused by the box for after-call work',
  ),
  reason: is.text('why it is paused; empty where it is not, or nobody said why'),
  since: common.time('since when'),
  name: is.text('the member’s name'),
  interface: is.text('the member’s interface'),
  mac: common.mac,
});

/** Its documentation. */
export const agentstateDoc = eventDoc('agentstate', {
  class: 'signal',
  summary: 'A member of a queue logs in or out, is paused, or takes calls again; ours, only for receivers that name it',
  schema: body,
  samples: [
    {
      event: 'agentstate',
      agent: '800',
      queueCode: '630',
      state: 'pause',
      reason: 'lunch',
      since: '2018-11-05 12:00:31',
      name: 'Agent 800',
      interface: 'PJSIP/800',
      mac: '68:69:2e:03:8b:3e',
    },
  ],
});

/** One for each queue in which what an agent does is another thing now: our own event, pushed only where it is named. */
export const agentstate: EventMaker = (change, { mac }) => {
  if (change.type !== 'agent-state') return undefined;
  const { agent, queue, member, state, reason, since } = change;
  return {
    class: 'signal',
    callId: `agent ${agent}`,
    rowKey: `${queue} ${member.interface} ${state} ${since} ${reason}`,
    body: {
      event: 'agentstate',
      agent,
      queueCode: queue,
      state,
      reason,
      since: localTime(since),
      name: member.name,
      interface: member.interface,
      mac,
    } satisfies ValueOf<typeof body>,
  };
};
