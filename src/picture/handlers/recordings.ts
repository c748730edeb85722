import type { Channel, Emit, Recording } from '../model.ts';
import { otherHalf, peersOf } from '../local-channels.ts';
import { recordOngoing, runningOn } from '../recordings.ts';
import type { State, Handler } from '../state.ts';
import { momentOf } from '../time.ts';

/** MixMonitor tells its file by a variable only (MIXMONITOR_FILENAME). `at`: ms epoch. */
export function noteRecording(state: State, channel: Channel, file: string, at: number, emit: Emit): void {
  const { recordings } = channel.call;
  if (file === '') return;
  const known = recordings.find((one) => one.file === file && one.on === channel);
  if (known === undefined && !state.capacity.fits('recordings in one call', recordings.length)) return;
  if (known === undefined) recordings.push(newRecording(state, channel, file, at));
  // It was stopped and began again, into the same file.
  else known.until = undefined;
  const recording = known ?? recordings.at(-1);
  if (recording === undefined) return;
  recordOngoing(state, recording);
  emit({ type: 'recording-begun', recording });
}

function newRecording(state: State, channel: Channel, file: string, at: number): Recording {
  return {
    ...{ file, on: channel, at, until: undefined },
    parties: [channel, ...peersOf(state, channel)].map(({ uniqueid }) => uniqueid),
    source: sourceOf(state, channel),
    hasTalk: !channel.isInternal && channel.bridge !== '' && !channel.isApart,
  };
}

/**
 * The channel that rings the recorded one. The recording may begin before the two are in a bridge: by a Gosub that
 * Queue() or Dial() runs on the phone, or by the dialplan on a half of a Local channel.
 */
function sourceOf(state: State, channel: Channel): Channel | undefined {
  const rung = state.legs.get(channel.uniqueid) ?? state.legs.get(otherHalf(state, channel)?.uniqueid ?? '');
  return rung?.source;
}

/** StopMixMonitor, or the key that toggles it. No event says which of several stopped: assume the oldest. */
export const mixMonitorStop: Handler = (state, message, now) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  const [oldest] = channel === undefined ? [] : runningOn(channel);
  if (oldest !== undefined) oldest.until = momentOf(message, now);
};
