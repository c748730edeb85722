import { localTime } from '../system/local-time.ts';
import { is, type ValueOf } from '../system/schema.ts';
import { eventDoc } from './event-doc.ts';
import type { EventMaker } from './event.ts';
import { common } from './fields.ts';
import { furtherFields, furtherOf, linkedidOf } from './further.ts';

const body = is.object({
  event: is.word(['disposition']),
  uuid: is.text('the call'),
  agentCode: is.text('the extension whose disposition it is; empty: of nobody in particular'),
  name: is.text('who gave it, as they signed in; empty with the token of the day'),
  code: is.text('what came of the call'),
  text: is.text('the words of the code; empty where api.conf has none'),
  note: is.text(),
  time: common.time('when it was given'),
  mac: common.mac,
  ...furtherFields,
});

/** Its documentation. */
export const dispositionDoc = eventDoc('disposition', {
  class: 'record',
  summary: 'An agent said what came of a call (ours)',
  schema: body,
  samples: [
    {
      event: 'disposition',
      uuid: '1541415929.807',
      agentCode: '100',
      name: 'anna',
      code: 'callback',
      text: 'Call back later',
      note: 'after 4 pm',
      time: '2018-11-05 19:06:02',
      mac: '68:69:2e:03:8b:3e',
      linkedid: '1541415929.807',
    },
  ],
});

/** One for each time that somebody says what came of a call. */
export const disposition: EventMaker = (change, { mac }) => {
  if (change.type !== 'disposition') return undefined;
  const { callId, call } = change;
  const { code, text, note, extension, name, at } = change.disposition;
  return {
    class: 'record',
    callId,
    rowKey: `${extension} ${at}`,
    body: {
      event: 'disposition',
      uuid: callId,
      agentCode: extension,
      name,
      code,
      text,
      note,
      time: localTime(at),
      mac,
      ...(call === undefined ? linkedidOf(callId) : furtherOf(call)),
    } satisfies ValueOf<typeof body>,
  };
};
