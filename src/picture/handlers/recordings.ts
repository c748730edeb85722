import { peersOf } from '../peers.ts';
import { momentOf } from '../time.ts';
import type { Handler } from './handler.ts';

/** Variables that are looked at; every other VarSet is skipped unread (it is half of all bytes). */
export const variables: ReadonlySet<string> = new Set(['MIXMONITOR_FILENAME', 'COOCENTER_SPY']);

/** MixMonitor says where it writes by a variable only; a supervisor's phone is marked by one before it rings. */
export const varSet: Handler = (state, message, now) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  if (message.get('Variable') === 'COOCENTER_SPY') {
    channel.helper = true;
    return;
  }
  const { recordings } = channel.call;
  const file = message.get('Value');
  if (file === '' || recordings.some((known) => known.file === file)) return;
  const leg = state.legs.get(channel.uniqueid);
  const parties = [channel, ...peersOf(state, channel)].map(({ uniqueid }) => uniqueid);
  // Begun on a phone that rings still: of the conversation that it will have.
  if (leg?.source !== undefined && leg.answeredAt === undefined) parties.push(leg.source.uniqueid);
  recordings.push({ file, parties, at: momentOf(message, now) });
};

/** Who listens by the dialplan's own ChanSpy is no party to a call either. */
export const chanSpyStart: Handler = (state, message) => {
  const spyer = state.channels.get(message.get('SpyerUniqueid'));
  if (spyer !== undefined) spyer.helper = true;
};
