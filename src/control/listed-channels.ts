import type { AmiMessage } from '../ami/message.ts';
import type { Channel } from '../picture/model.ts';
import type { AmiActions } from '../ami/refusals.ts';

/** What identifies a channel. */
type ChannelId = Pick<Channel, 'name' | 'uniqueid'>;

/**
 * Asterisk's channels as it lists them at this moment. The picture is made of events, which a caller can forge: a verb
 * looks for a channel here before it does anything to it.
 */
export class ListedChannels {
  readonly #items: readonly AmiMessage[];

  constructor(items: readonly AmiMessage[]) {
    this.#items = items;
  }

  /** Whether there is a channel with this name and Uniqueid. */
  has(channel: ChannelId): boolean {
    return this.#find(channel) !== undefined;
  }

  /** Whether it waits in a queue: it runs that application, and talks to nobody. */
  isQueued(channel: ChannelId): boolean {
    const item = this.#find(channel);
    return item?.get('Application') === 'Queue' && item.get('BridgeId') === '';
  }

  /** Whether these two talk to each other, directly or through Local channels. */
  areTogether(one: ChannelId, other: ChannelId): boolean {
    const wanted = this.#find(other);
    if (wanted === undefined) return false;
    const seen = new Set([this.#find(one)]);
    for (const item of seen) {
      if (item === undefined) continue;
      if (item === wanted) return true;
      for (const next of this.#nextTo(item)) seen.add(next);
    }
    return false;
  }

  #find({ name, uniqueid }: ChannelId): AmiMessage | undefined {
    return this.#items.find((item) => item.get('Uniqueid') === uniqueid && item.get('Channel') === name);
  }

  /** The channels in the same bridge, and the other half of a Local channel (`…;1` ↔ `…;2`). */
  #nextTo(item: AmiMessage): AmiMessage[] {
    const bridge = item.get('BridgeId');
    const name = item.get('Channel');
    const half = name.replace(/;[12]$/, (end) => (end === ';1' ? ';2' : ';1'));
    return this.#items.filter(
      (other) =>
        (bridge !== '' && other.get('BridgeId') === bridge) || (half !== name && other.get('Channel') === half),
    );
  }
}

/** Asks Asterisk for its channels. */
export async function listChannels({ ami }: { readonly ami: AmiActions }): Promise<ListedChannels> {
  return new ListedChannels((await ami.list('CoreShowChannels')).items);
}
