import type { AmiMessage } from '../../ami/message.ts';
import type { Call, CdrRow, Change, Recording, Row, RowSpan } from '../model.ts';
import { rowKeyOf, spanOf } from '../cdr-row.ts';
import { deviceOf } from '../channel-name.ts';
import type { State, Handler } from '../state.ts';
import { partner } from '../talks.ts';
import { momentOf } from '../time.ts';

/**
 * What a row's Dial was asked to ring: `SIP/trunk/0299,30` → `SIP/trunk`, `PJSIP/0299@trunk` → `PJSIP/trunk`; `''` when
 * it did not dial. A call that failed at once has no other trace of where it was to go.
 */
function dialledDevice(application: string, data: string): string {
  if (application !== 'Dial') return '';
  const [, technology = '', resource = ''] = /^([^/,&]+)\/([^,&]*)/.exec(data) ?? [];
  const at = resource.lastIndexOf('@');
  return `${technology}/${at < 0 ? resource.split('/')[0] : resource.slice(at + 1)}`;
}

/**
 * A row's direction. Of a call that came in, inbound; else it is where this row's channel rang, not what became of the
 * call before or after: a call between two phones stays internal when one of them is then handed to the outside. A row
 * may come before the DialBegin that shows whom it rang (events of different kinds overtake each other), so what it
 * names itself counts; one that names nobody (the Hangup after a Dial that failed) is of the direction of the row before.
 */
function directionOf(state: State, row: Row, call: Call | undefined, origin: string): Call['direction'] {
  const { directory } = state;
  const channel = deviceOf(row.channel);
  const first = origin === '' ? channel : deviceOf(origin);
  if (call === undefined ? directory.isTrunk(first) : call.direction === 'inbound') return 'inbound';
  // Of somebody outside who was called, and then handed to somebody here.
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
 * The newest recording that holds the row's channel and was begun before the row ended. Rows know whole seconds: of two,
 * the one begun in a row's last second is of the next conversation, which a transfer began, unless the row's did too.
 */
function recordingOf(row: Row, span: RowSpan, call: Call | undefined): Recording | undefined {
  // Of an attempt that nobody answered there is nothing to listen to, whoever answered another one.
  if (row.disposition !== 'ANSWERED') return undefined;
  const { uniqueId, startTime, answerTime, endTime } = row;
  const isShort = startTime === endTime || answerTime === endTime;
  const begun = call?.recordings.filter(
    ({ parties, at, hasTalk }) => hasTalk && parties.includes(uniqueId) && wholeSecond(at) <= span.to,
  );
  const own = (isShort ? undefined : begun?.findLast(({ at }) => wholeSecond(at) < span.to)) ?? begun?.at(-1);
  return own ?? legRecordingOf(row, span, call);
}

/** The newest recording of whom the row's channel had rung, which has a conversation of the two in that time. */
function legRecordingOf(
  { uniqueId, destinationChannel: rung }: Row,
  span: RowSpan,
  call: Call | undefined,
): Recording | undefined {
  const channel = call?.channels.get(uniqueId);
  return (
    channel?.talks
      .filter((talk) => talk.from < span.to + 1_000 && (talk.to ?? Infinity) >= span.from)
      // Behind a Local channel there is whoever the dialplan rings.
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

/** A row with what is known of its call; `origin`: the channel with which that began, where only the log knows. */
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
