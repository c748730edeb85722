import type { Channel, Recording, Talk } from './model.ts';
import { everybodyWith, otherHalf } from './local-channels.ts';
import type { State } from './state.ts';

/** Recordings that run on a channel, oldest first. */
export function runningOn(channel: Channel): Recording[] {
  return channel.call.recordings.filter(({ on, until }) => on === channel && until === undefined);
}

/** Whether a recording holds a talk: it runs on one of the two, or on a half of a Local channel between them. */
function isBetween(state: State, { on }: Recording, { between }: Talk): boolean {
  if (between.includes(on)) return true;
  if (!on.isInternal || !state.channels.has(on.uniqueid)) return false;
  const people = everybodyWith(state, on);
  return between.every((person) => people.has(person));
}

/**
 * A channel is rung: recordings that already run on it (Dial() with option b), or on its other half, belong to the
 * channel that rings it. The other half's dialplan may be quicker than the DialBegin.
 */
export function recordRung(state: State, rung: Channel, source: Channel | undefined): void {
  for (const channel of [rung, otherHalf(state, rung)]) {
    for (const recording of channel === undefined ? [] : runningOn(channel)) recording.source ??= source;
  }
}

function hold(recording: Recording, talk: Talk): void {
  recording.hasTalk = true;
  if (!talk.recordings.includes(recording)) talk.recordings.push(recording);
}

/** A conversation has begun: recordings that run on it hold it. */
export function recordTalk(state: State, talk: Talk): void {
  const calls = new Set(talk.between.map(({ call }) => call));
  for (const recording of [...calls].flatMap(({ recordings }) => recordings)) {
    if (recording.until === undefined && isBetween(state, recording, talk)) hold(recording, talk);
  }
}

/** A recording has begun: it holds the conversations that go on where it runs. */
export function recordOngoing(state: State, recording: Recording): void {
  for (const { talks } of everybodyWith(state, recording.on)) {
    for (const talk of talks) if (talk.to === undefined && isBetween(state, recording, talk)) hold(recording, talk);
  }
}
