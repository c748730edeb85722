import type { Handler } from './handler.ts';

/** Variables that are looked at; every other VarSet is skipped unread (it is half of all bytes). */
export const variables: ReadonlySet<string> = new Set(['MIXMONITOR_FILENAME', 'COOCENTER_SPY']);

/** MixMonitor says where it writes by a variable only; a supervisor's phone is marked by one before it rings. */
export const varSet: Handler = (state, message) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  if (message.get('Variable') === 'COOCENTER_SPY') {
    channel.helper = true;
    return;
  }
  const { recordings } = channel.call;
  const file = message.get('Value');
  if (file !== '' && !recordings.includes(file)) recordings.push(file);
};

/** Who listens by the dialplan's own ChanSpy is no party to a call either. */
export const chanSpyStart: Handler = (state, message) => {
  const spyer = state.channels.get(message.get('SpyerUniqueid'));
  if (spyer !== undefined) spyer.helper = true;
};
