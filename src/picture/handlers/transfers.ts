import type { AmiMessage } from '../../ami/message.ts';
import type { Channel } from '../call.ts';
import { deviceOf, known } from '../channel-name.ts';
import { callerBehind } from '../stand-in.ts';
import type { State } from '../state.ts';
import { momentOf } from '../time.ts';
import type { Handler } from './handler.ts';

/** Who was handed over. */
function transferee(state: State, message: AmiMessage): Channel | undefined {
  const channel = state.channels.get(message.get('TransfereeUniqueid'));
  return channel === undefined || message.get('Result') !== 'Success' ? undefined : callerBehind(state, channel);
}

/** By REFER or by the feature code. */
export const blindTransfer: Handler = (state, message, now) => {
  const channel = transferee(state, message);
  const at = momentOf(message, now);
  const to = message.get('Extension');
  // The caller's next step in the dialplan may have come first.
  if (channel?.transfers.some((told) => told.to === to && at - told.at < 1_000) === true) return;
  channel?.transfers.push({ how: 'blind', to, at });
};

/**
 * REFER with Replaces, Atxfer or its feature code. To whom: the number that who handed over had called to ask, or who
 * answered there.
 */
export const attendedTransfer: Handler = (state, message, now) => {
  const channel = transferee(state, message);
  if (channel === undefined) return;
  const target = deviceOf(message.get('TransferTargetChannel'));
  const asked = known(message.get('SecondTransfererConnectedLineNum'));
  const to = state.directory.extensionOf(target) || asked || known(message.get('TransferTargetCallerIDNum'));
  channel.transfers.push({ how: 'attended', to, at: momentOf(message, now) });
};
