import { clientUserVariable, decodeClientUserId } from '../client-user-id.ts';
import { textOf } from '../escapes.ts';
import { pathOfCaller } from '../caller-path.ts';
import { callerBehind } from '../local-channels.ts';
import type { Channel } from '../model.ts';
import type { State, Handler } from '../state.ts';
import { momentOf } from '../time.ts';
import { noteRecording } from './recordings.ts';
import { noteStatus } from './queue-visits.ts';

/** Variables that are read besides the score; any other VarSet is skipped unread (they are half of all bytes). */
export const variables: ReadonlySet<string> = new Set([
  'MIXMONITOR_FILENAME',
  'COOCENTER_SPY',
  clientUserVariable,
  'QUEUESTATUS',
  'VMSTATUS',
  'RECORD_STATUS',
]);

/** Some applications tell what they did by a variable only. */
export const varSet: Handler = (state, message, now, emit) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  const variable = message.get('Variable');
  const value = textOf(message, 'Value');
  switch (variable) {
    case 'COOCENTER_SPY':
      // A supervisor's phone is marked before it rings.
      channel.isInternal = true;
      break;
    case clientUserVariable:
      // Whoever asked for the call first: somebody who is called back into it asks for no other.
      channel.call.clientUserId ||= decodeClientUserId(value);
      break;
    case 'MIXMONITOR_FILENAME':
      noteRecording(state, channel, value, momentOf(message, now), emit);
      break;
    case 'QUEUESTATUS':
      noteStatus(state, message, now, emit);
      break;
    case 'VMSTATUS':
    case 'RECORD_STATUS':
      noteVoicemail(state, channel, variable, value);
      break;
    default:
      if (state.contexts.isScore(variable)) noteScore(callerBehind(state, channel), value);
  }
};

/** VoiceMail() says whether it kept a message; a Record() is one in a context where the dialplan takes messages. */
function noteVoicemail(state: State, channel: Channel, variable: string, value: string): void {
  const callerPath = pathOfCaller(callerBehind(state, channel));
  if (callerPath === undefined) return;
  const context = channel.dialplanStep.slice(channel.dialplanStep.indexOf('@') + 1);
  const isKept =
    variable === 'VMSTATUS'
      ? value === 'SUCCESS'
      : /^(DTMF|SILENCE|TIMEOUT|HANGUP)$/.test(value) && state.contexts.isVoicemail(context);
  if (isKept) callerPath.hasVoicemail = true;
}

/** Even if it is empty, the variable says that keys alone are no score. */
function noteScore(channel: Channel, value: string): void {
  const callerPath = pathOfCaller(channel);
  if (callerPath === undefined) return;
  callerPath.isScoreTold = true;
  callerPath.score = /^\d$/.test(value) ? value : '';
}

/** A channel that listens by the dialplan's own ChanSpy is no party to a call either. */
export const chanSpyStart: Handler = (state, message) => {
  const spyer = state.channels.get(message.get('SpyerUniqueid'));
  if (spyer !== undefined) spyer.isInternal = true;
};
