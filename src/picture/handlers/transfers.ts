import type { AmiMessage } from '../../ami/message.ts';
import type { Channel, Emit } from '../model.ts';
import { becomeCaller, callerBehind, otherHalf } from '../local-channels.ts';
import { deviceOf, known } from '../channel-name.ts';
import { callerPathOf, forgetSteps, forgetSurvey, pathOfCaller, openQueueVisit } from '../caller-path.ts';
import { joinLine } from '../queue.ts';
import type { State, Handler } from '../state.ts';
import { momentOf } from '../time.ts';
import { beginVisit } from './queue-visits.ts';

/** The channel that was transferred. */
function transferee(state: State, message: AmiMessage): Channel | undefined {
  const channel = state.channels.get(message.get('TransfereeUniqueid'));
  return channel === undefined || message.get('Result') !== 'Success' ? undefined : callerBehind(state, channel);
}

/** A transfer by REFER or by the feature code. */
export const blindTransfer: Handler = (state, message, now) => {
  const channel = transferee(state, message);
  const at = momentOf(message, now);
  const to = message.get('Extension');
  // The caller's next step in the dialplan may have come first.
  if (channel?.transfers.some((told) => told.to === to && at - told.at < 1_000) === true) return;
  channel?.transfers.push({ how: 'blind', to, at });
};

/**
 * A transfer by REFER with Replaces, by Atxfer or by its feature code. It goes to the number that the transferer had
 * consulted, or to the phone that answered there.
 */
export const attendedTransfer: Handler = (state, message, now, emit) => {
  const at = momentOf(message, now);
  noteConnecting(state, message, at);
  const channel = transferee(state, message);
  if (channel === undefined) return;
  // The consultation went through a Local channel, which may be in a queue by now: the caller goes on there.
  const { callerPath } = channel.call;
  const asked = state.channels.get(message.get('TransferTargetUniqueid'));
  if (
    callerPath?.callerChannel.isInternal === true &&
    asked !== undefined &&
    otherHalf(state, asked) === callerPath.callerChannel
  ) {
    becomeCaller(callerPath, channel);
  }
  const queue = message.get('DestType') === 'App' ? takePlace(state, channel, message, at, emit) : undefined;
  const target = deviceOf(message.get('TransferTargetChannel'));
  const number = known(message.get('SecondTransfererConnectedLineNum'));
  const to =
    queue ?? (state.directory.extensionOf(target) || number || known(message.get('TransferTargetCallerIDNum')));
  channel.transfers.push({ how: 'attended', to, at });
};

/** Milliseconds from a transferer's way into the survey to the event that tells that they had connected two others. */
const connectTime = 500;

/**
 * The transferer has connected two others. Their second channel changes places with one of those, and until it hangs up
 * it is said to go on in the dialplan from there, or from where its own consultation ends. `at`: ms epoch.
 */
function noteConnecting(state: State, message: AmiMessage, at: number): void {
  const destination = message.get('DestType');
  // In a conference of three the transferer stays.
  if (message.get('Result') !== 'Success' || destination === 'Threeway') return;
  const asker = state.channels.get(message.get('SecondTransfererUniqueid'));
  if (asker === undefined) return;
  asker.hasConnected = true;
  const theirs = pathOfCaller(asker);
  if (theirs === undefined) return;
  // Consulting a menu or a queue, they were there. Their own way on, into the survey, may come before this event.
  if (destination === 'App') forgetSurvey(theirs, at - connectTime);
  // A transferer that was in a conversation until now was nowhere else since.
  else if (asker.bridge === '' && asker.leftAt !== undefined) forgetSteps(theirs, asker.leftAt);
}

/**
 * The transferer consulted a queue and did not wait for an answer: the caller takes their place in it. Asterisk sends
 * no join for that. Returns the queue.
 */
function takePlace(state: State, channel: Channel, message: AmiMessage, at: number, emit: Emit): string | undefined {
  const asking = state.channels.get(message.get('SecondTransfererUniqueid'));
  const theirs = asking === undefined ? undefined : pathOfCaller(asking);
  const place = theirs === undefined ? undefined : openQueueVisit(theirs);
  const callerPath = callerPathOf(channel, at);
  if (theirs === undefined || place === undefined || callerPath === undefined) return undefined;
  const queue = state.queue(place.queue);
  const { uniqueid: asker } = theirs.callerChannel;
  const before = [...queue.waiting.keys()].indexOf(asker);
  const since = queue.waiting.get(asker) ?? at;
  queue.waiting.delete(asker);
  joinLine(queue, channel.uniqueid, since, before < 0 ? Infinity : before + 1);
  state.resyncWindow?.replaced.set(asker, channel.uniqueid);
  state.resyncWindow?.stepped.add(channel.uniqueid);
  place.leftAt = at;
  place.status = 'transferred';
  beginVisit(callerPath, place.queue, at, emit);
  callerPath.lastRung ??= theirs.lastRung;
  return place.queue;
}
