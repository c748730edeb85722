import type { AmiMessage } from '../ami/message.ts';
import type { Channel } from '../picture/model.ts';
import type { AmiActions } from '../ami/refusals.ts';

/** What tells a channel from every other. */
type Named = Pick<Channel, 'name' | 'uniqueid'>;

/**
 * Asterisk's channels as it lists them at this moment. The picture is made of events, which a caller can forge: before
 * anything is done to a channel it is looked for here.
 */
export class ListedChannels {
  readonly #items: readonly AmiMessage[];

  constructor(items: readonly AmiMessage[]) {
    this.#items = items;
  }

  /** Whether there is a channel of this name and Uniqueid. */
  has(channel: Named): boolean {
    return this.#find(channel) !== undefined;
  }

  /** Whether these two talk to each other, through Local channels or not. */
  areTogether(one: Named, other: Named): boolean {
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

  #find({ name, uniqueid }: Named): AmiMessage | undefined {
    return this.#items.find((item) => item.get('Uniqueid') === uniqueid && item.get('Channel') === name);
  }

  /** Those in the same bridge, and the other half of a Local channel (`…;1` ↔ `…;2`). */
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
