import type { Call, Row } from '../picture/model.ts';
import type { EventMaker } from './event.ts';
import { filePathOf } from './file-path.ts';
import { furtherOf, linkedidOf } from './further.ts';

const calltypes: Record<Call['direction'], string> = { inbound: 'inbound', outbound: 'outbound', internal: '' };

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
    },
    ...(context.tellsAsterisk === true ? { extra: channelsOf(row) } : {}),
  };
};
