import type { Call, Row } from '../picture/model.ts';
import { is, type ValueOf } from '../system/schema.ts';
import { eventDoc } from './event-doc.ts';
import type { EventMaker } from './event.ts';
import { common } from './fields.ts';
import { filePathOf, recordingNameOf } from './file-path.ts';
import { furtherFields, furtherOf, linkedidOf } from './further.ts';

const calltypes = { inbound: 'inbound', outbound: 'outbound', internal: '' } as const satisfies Record<
  Call['direction'],
  string
>;

const body = is.object({
  event: is.word(['cdr']),
  callerid: is.text('name and number of the caller'),
  source: is.text('the caller'),
  destination: is.text('what was called'),
  starttime: common.time('when it began'),
  answertime: is.text('when it was answered, in the time of the box; empty when it was not'),
  endtime: common.time('when it ended'),
  disposition: is.text('`ANSWERED`, `NO ANSWER`, `BUSY`, `FAILED`, `CONGESTION`'),
  duration: common.seconds('from the beginning to the end'),
  billableseconds: common.seconds('from the answer to the end'),
  calltype: is.word(['inbound', 'outbound', ''], 'empty: internal'),
  recordfile: is.text('the recording, as the path of `monitor` takes it'),
  uniqueid: is.text('UniqueID of the row'),
  mac: common.mac,
  ...furtherFields,
});

/** Its documentation; the sample is the contract's. */
export const cdrDoc = eventDoc('cdr', {
  class: 'record',
  summary: 'A call detail record of Asterisk, row for row (§3.6)',
  schema: body,
  samples: [
    {
      event: 'cdr',
      callerid: '"808" <808>',
      source: '808',
      destination: '809',
      starttime: '2012-01-05 15:10:09',
      answertime: '2012-01-05 15:10:10',
      endtime: '2012-01-05 15:10:11',
      disposition: 'ANSWERED',
      duration: '2',
      billableseconds: '1',
      calltype: '',
      recordfile: '',
      uniqueid: '1325747409.260',
      mac: '68:69:2e:05:0f:9a',
      linkedid: '1325747409.260',
    },
  ],
});

/** What Asterisk's own event has and ours has not (contract §5.4). */
function channelsOf({ channel, destinationChannel, lastApplication, lastData }: Row): Readonly<Record<string, string>> {
  return {
    Channel: channel,
    DestinationChannel: destinationChannel,
    LastApplication: lastApplication,
    LastData: lastData,
  };
}

/** One for each call detail record of Asterisk (contract §3.6). */
export const cdr: EventMaker = (change, context) => {
  if (change.type !== 'cdr') return undefined;
  const { row, call, direction, recording } = change;
  const name = recording && recordingNameOf(recording.file, context.monitorDir);
  return {
    class: 'record',
    callId: call?.id ?? (row.linkedid === '' ? row.uniqueId : row.linkedid),
    rowKey: row.key,
    keyScope: row.uniqueId,
    body: {
      event: 'cdr',
      callerid: row.callerId,
      source: row.source,
      destination: row.destination,
      starttime: row.startTime,
      answertime: row.answerTime,
      endtime: row.endTime,
      disposition: row.disposition,
      duration: row.duration,
      billableseconds: row.billableSeconds,
      calltype: calltypes[direction],
      recordfile: recording === undefined ? '' : filePathOf(recording.file, context.monitorDir),
      uniqueid: row.uniqueId,
      mac: context.mac,
      ...(call === undefined ? linkedidOf(row.linkedid) : furtherOf(call)),
    } satisfies ValueOf<typeof body>,
    ...(context.tellsAsterisk === true ? { extra: channelsOf(row) } : {}),
    ...(name === undefined ? {} : { recording: name }),
  };
};
