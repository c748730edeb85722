import type { Call } from '../call.ts';
import { deviceOf } from '../channel.ts';
import type { State } from '../state.ts';
import type { Handler } from './handler.ts';

/** Of a row whose call nobody saw begin: by the devices the row itself names. */
function directionOf(state: State, channel: string, destination: string): Call['direction'] {
  if (state.directory.isTrunk(deviceOf(channel))) return 'inbound';
  if (destination !== '' && state.directory.isTrunk(deviceOf(destination))) return 'outbound';
  return 'internal';
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
  const ordinal = call?.rows.get(key) ?? 0;
  call?.rows.set(key, ordinal + 1);
  emit({
    type: 'cdr',
    call,
    direction: call?.direction ?? directionOf(state, channel, destinationChannel),
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
