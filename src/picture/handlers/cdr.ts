import type { AmiMessage } from '../../ami/message.ts';
import type { Call, Recording } from '../call.ts';
import { deviceOf } from '../channel-name.ts';
import type { State } from '../state.ts';
import { localTime } from '../time.ts';
import type { Handler } from './handler.ts';

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
function directionOf(state: State, message: AmiMessage, call: Call | undefined): Call['direction'] {
  const { directory } = state;
  const channel = deviceOf(message.get('Channel'));
  if (call === undefined ? directory.isTrunk(channel) : call.direction === 'inbound') return 'inbound';
  // Of somebody outside who was called, and then handed to somebody here.
  if (directory.isTrunk(channel)) return 'outbound';
  const uniqueid = message.get('UniqueID');
  const dialled = dialledDevice(message.get('LastApplication'), message.get('LastData'));
  for (const device of [deviceOf(message.get('DestinationChannel')), dialled]) {
    if (directory.extensionOf(device) !== '' && !device.startsWith('Local/')) return 'internal';
    if (device !== '' && directory.isTrunk(device)) {
      call?.dialledOut.add(uniqueid);
      return 'outbound';
    }
  }
  return call?.dialledOut.has(uniqueid) === true ? 'outbound' : 'internal';
}

/**
 * The newest recording that holds the row's channel and was begun before the row ended. Rows know whole seconds: of two,
 * the one begun in a row's last second is of the next conversation, which a transfer began, unless the row's did too.
 */
function recordingOf(message: AmiMessage, call: Call | undefined): Recording | undefined {
  // Of an attempt that nobody answered there is nothing to listen to, whoever answered another one.
  if (message.get('Disposition') !== 'ANSWERED') return undefined;
  const uniqueid = message.get('UniqueID');
  const end = message.get('EndTime');
  const isShort = message.get('StartTime') === end || message.get('AnswerTime') === end;
  const begun = call?.recordings.filter(
    ({ parties, at, hasTalk }) => hasTalk && parties.includes(uniqueid) && localTime(at) <= end,
  );
  return (isShort ? undefined : begun?.findLast(({ at }) => localTime(at) < end)) ?? begun?.at(-1);
}

export const cdr: Handler = (state, message, _now, emit) => {
  const uniqueId = message.get('UniqueID');
  const call = state.callOf.get(uniqueId);
  const channel = message.get('Channel');
  const destinationChannel = message.get('DestinationChannel');
  const lastApplication = message.get('LastApplication');
  const startTime = message.get('StartTime');
  const endTime = message.get('EndTime');
  const key = [uniqueId, destinationChannel, lastApplication, startTime, endTime].join('|');
  const rows = call?.rows ?? state.strayRows();
  const ordinal = rows.get(key) ?? 0;
  rows.set(key, ordinal + 1);
  emit({
    type: 'cdr',
    call,
    direction: directionOf(state, message, call),
    recording: recordingOf(message, call),
    row: {
      callerId: message.get('CallerID'),
      source: message.get('Source'),
      destination: message.get('Destination'),
      channel,
      destinationChannel,
      lastApplication,
      startTime,
      answerTime: message.get('AnswerTime'),
      endTime,
      disposition: message.get('Disposition'),
      duration: message.get('Duration'),
      billableSeconds: message.get('BillableSeconds'),
      uniqueId,
      key: `${key}|${ordinal}`,
    },
  });
};
