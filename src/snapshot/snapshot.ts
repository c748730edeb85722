import type { AmiMessage } from '../ami/message.ts';
import type { AmiActions } from '../ami/refusals.ts';
import type { Endpoint } from './endpoints.ts';
import { fetchEndpoints } from './endpoints.ts';

/** Asterisk's lists, asked for after every (re)connect. */
export interface Snapshot {
  readonly channels: readonly AmiMessage[];
  readonly queues: readonly AmiMessage[];
  readonly hints: readonly AmiMessage[];
  readonly endpoints: readonly Endpoint[];
}

/**
 * A list that is no longer as Asterisk has it: hints, phones and trunks, or queues with their members (`queue`: only that
 * one).
 */
export type OutdatedList =
  { readonly list: 'hints' | 'endpoints' } | { readonly list: 'queues'; readonly queue?: string };

/**
 * The entrance of this room: asks Asterisk for its whole state. AMI lists come in; parsed lists go out, here and in
 * relist.ts. The room must not know what they mean for calls.
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
