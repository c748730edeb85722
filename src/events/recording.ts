import { localTime } from '../system/local-time.ts';
import { is, type ValueOf } from '../system/schema.ts';
import { eventDoc } from './event-doc.ts';
import type { EventMaker } from './event.ts';
import { common } from './fields.ts';
import { filePathOf, recordingNameOf } from './file-path.ts';
import { furtherFields, linkedidOf } from './further.ts';
import { seconds } from './seconds.ts';

const body = is.object({
  event: is.word(['recording']),
  uuid: is.text('the call'),
  path: is.text('the recording, as the path of `monitor` takes it'),
  size: is.pattern('^[0-9]+$', 'bytes'),
  seconds: is.pattern('^[0-9]*$', 'its length; empty where the format does not tell'),
  startTime: common.time('when it began'),
  endTime: common.time('when it ended'),
  agents: is.list(is.text(), 'the extensions that talk in it, in the order in which they do'),
  mac: common.mac,
  ...furtherFields,
});

/** Its documentation. */
export const recordingDoc = eventDoc('recording', {
  class: 'record',
  summary: 'The file of a recording is complete (ours)',
  schema: body,
  samples: [
    {
      event: 'recording',
      uuid: '1541415929.807',
      path: '2018/11/05/q-630-1541415929.807.wav',
      size: '412044',
      seconds: '26',
      startTime: '2018-11-05 19:05:31',
      endTime: '2018-11-05 19:05:57',
      agents: ['100'],
      mac: '68:69:2e:03:8b:3e',
      linkedid: '1541415929.807',
    },
  ],
});

/** One for each file that was recorded into in a call, once it is complete. */
export const recording: EventMaker = (change, context) => {
  if (change.type !== 'recording-complete') return undefined;
  const { callId, file, size, ms, from, to, agents, clientUserId } = change.recording;
  const path = filePathOf(file, context.monitorDir);
  const name = recordingNameOf(file, context.monitorDir);
  return {
    class: 'record',
    callId,
    rowKey: path,
    body: {
      event: 'recording',
      uuid: callId,
      path,
      size: String(size),
      seconds: ms === undefined ? '' : String(seconds(ms)),
      startTime: localTime(from),
      endTime: localTime(to),
      agents,
      mac: context.mac,
      ...linkedidOf(callId),
      ...(clientUserId === '' ? {} : { clientUserId }),
    } satisfies ValueOf<typeof body>,
    ...(name === undefined ? {} : { recording: name }),
  };
};
