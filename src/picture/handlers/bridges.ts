import type { Handler } from './handler.ts';
import { refresh } from './channels.ts';

export const bridgeEnter: Handler = (state, message) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  refresh(channel, message);
  channel.bridge = message.get('BridgeUniqueid');
  channel.apart = message.get('BridgeTechnology') === 'holding_bridge';
};

/** A merge moves channels by entering the new bridge before or after leaving the old: only the own one is left. */
export const bridgeLeave: Handler = (state, message) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  refresh(channel, message);
  if (channel.bridge === message.get('BridgeUniqueid')) channel.bridge = '';
  channel.onHold = false;
};

export const hold: Handler = (state, message) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel !== undefined) channel.onHold = true;
};

export const unhold: Handler = (state, message) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel !== undefined) channel.onHold = false;
};
