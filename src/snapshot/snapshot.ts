import type { AmiMessage } from '../ami/message.ts';
import type { AmiActions } from '../ami/refusals.ts';
import type { Endpoint } from './endpoints.ts';
import { fetchEndpoints } from './endpoints.ts';

/** What Asterisk answers to the lists that are asked for after every (re)connect. */
export interface Snapshot {
  readonly channels: readonly AmiMessage[];
  readonly queues: readonly AmiMessage[];
  readonly hints: readonly AmiMessage[];
  readonly endpoints: readonly Endpoint[];
}

/**
 * A list that no longer is as Asterisk has it: its hints, its phones and trunks, or its queues with their members
 * (`queue`: only that one).
 */
export type OutdatedList =
  { readonly list: 'hints' | 'endpoints' } | { readonly list: 'queues'; readonly queue?: string };

/**
 * Asks Asterisk for its whole state. The entrance of this room: lists and endpoints, asked for and parsed; what they mean
 * for the calls that go on, it must not know.
 */
export async function fetchSnapshot(deps: { readonly ami: Pick<AmiActions, 'list'> }): Promise<Snapshot> {
  const [channels, queues, hints, endpoints] = await Promise.all([
    deps.ami.list('CoreShowChannels'),
    deps.ami.list('QueueStatus'),
    deps.ami.list('ExtensionStateList'),
    fetchEndpoints(deps),
  ]);
  return { channels: channels.items, queues: queues.items, hints: hints.items, endpoints };
}
