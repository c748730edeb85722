import type { AmiMessage } from '../../ami/message.ts';
import type { Call, CdrRow, Change, Recording, Row, RowSpan } from '../model.ts';
import { rowKeyOf, spanOf } from '../cdr-row.ts';
import { deviceOf } from '../channel-name.ts';
import type { State, Handler } from '../state.ts';
import { partner } from '../talks.ts';
import { momentOf } from '../time.ts';

/**
 * The device that a row's Dial was to ring: `SIP/trunk/0299,30` → `SIP/trunk`, `PJSIP/0299@trunk` → `PJSIP/trunk`; `''`
 * if it did not dial. A call that failed at once has no other trace of its destination.
 */
function dialledDevice(application: string, data: string): string {
  if (application !== 'Dial') return '';
  const [, technology = '', resource = ''] = /^([^/,&]+)\/([^,&]*)/.exec(data) ?? [];
  const at = resource.lastIndexOf('@');
  return `${technology}/${at < 0 ? resource.split('/')[0] : resource.slice(at + 1)}`;
}

/**
 * A row's direction. If the call came in, it is inbound. Otherwise it depends on where this row's channel rang, not on
 * the rest of the call: a call between two phones stays internal when one of them is later transferred outside. A row
 * may come before the DialBegin that shows whom it rang (events of different kinds overtake each other), so what the
 * row itself names counts. A row that names nobody (the Hangup after a Dial that failed) has the direction of the row
 * before it.
 */
function directionOf(state: State, row: Row, call: Call | undefined, origin: string): Call['direction'] {
  const { directory } = state;
  const channel = deviceOf(row.channel);
  const first = origin === '' ? channel : deviceOf(origin);
  if (call === undefined ? directory.isTrunk(first) : call.direction === 'inbound') return 'inbound';
  // An outside party was called, and then transferred to an extension.
  if (directory.isTrunk(channel)) return 'outbound';
  const dialledOut = call?.dialledOut ?? state.strayDialledOut();
  const dialled = dialledDevice(row.lastApplication, row.lastData);
  for (const device of [deviceOf(row.destinationChannel), dialled]) {
    if (directory.extensionOf(device) !== '' && !device.startsWith('Local/')) return 'internal';
    if (device !== '' && directory.isTrunk(device)) {
      dialledOut.add(row.uniqueId);
      return 'outbound';
    }
  }
  return dialledOut.has(row.uniqueId) ? 'outbound' : 'internal';
}

/**
 * The newest recording that holds the row's channel and began before the row ended. Rows have whole seconds: a
 * recording that began in a row's last second belongs to the next conversation, after a transfer, unless the row began
 * in that second.
 */
function recordingOf(row: Row, span: RowSpan, call: Call | undefined): Recording | undefined {
  // An attempt that nobody answered has no recording, even if another attempt was answered.
  if (row.disposition !== 'ANSWERED') return undefined;
  const { uniqueId, startTime, answerTime, endTime } = row;
  const isShort = startTime === endTime || answerTime === endTime;
  const begun = call?.recordings.filter(
    ({ parties, at, hasTalk }) => hasTalk && parties.includes(uniqueId) && wholeSecond(at) <= span.to,
  );
  const own = (isShort ? undefined : begun?.findLast(({ at }) => wholeSecond(at) < span.to)) ?? begun?.at(-1);
  return own ?? legRecordingOf(row, span, call);
}

/** The newest recording, on a channel that the row's channel rang, of a conversation of the two in that time. */
function legRecordingOf(
  { uniqueId, destinationChannel: rung }: Row,
  span: RowSpan,
  call: Call | undefined,
): Recording | undefined {
  const channel = call?.channels.get(uniqueId);
  return (
    channel?.talks
      .filter((talk) => talk.from < span.to + 1_000 && (talk.to ?? Infinity) >= span.from)
      // Behind a Local channel it may be any phone that the dialplan rings.
      .filter((talk) => rung.startsWith('Local/') || partner(talk, channel).name === rung)
      .flatMap(({ recordings }) => recordings.filter(({ source }) => source === channel))
      .sort((a, b) => a.at - b.at)
      .at(-1)
  );
}

function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

/** A row as a Cdr event has it. */
function rowOf(message: AmiMessage): Row {
  return {
    callerId: message.get('CallerID'),
    source: message.get('Source'),
    destination: message.get('Destination'),
    channel: message.get('Channel'),
    destinationChannel: message.get('DestinationChannel'),
    lastApplication: message.get('LastApplication'),
    lastData: message.get('LastData'),
    startTime: message.get('StartTime'),
    answerTime: message.get('AnswerTime'),
    endTime: message.get('EndTime'),
    disposition: message.get('Disposition'),
    duration: message.get('Duration'),
    billableSeconds: message.get('BillableSeconds'),
    uniqueId: message.get('UniqueID'),
  };
}

export const cdr: Handler = (state, message, now, emit) => {
  const row = rowOf(message);
  const rows = state.callOf.get(row.uniqueId)?.rows ?? state.strayRows();
  const key = rowKeyOf(row);
  const ordinal = rows.get(key) ?? 0;
  rows.set(key, ordinal + 1);
  const span = spanOf(row, momentOf(message, now));
  emit(rowChange(state, { ...row, span, key: `${key}|${ordinal}`, linkedid: '' }));
};

/** A row with what is known of its call. `origin`: the channel with which the call began, if only the log knows it. */
export function rowChange(state: State, row: CdrRow, origin = ''): Change {
  const call = state.callOf.get(row.uniqueId);
  return {
    type: 'cdr',
    call,
    direction: directionOf(state, row, call, origin),
    recording: recordingOf(row, row.span, call),
    row,
  };
}
