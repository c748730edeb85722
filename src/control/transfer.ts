import type { Channel } from '../picture/model.ts';
import { deviceOf } from '../picture/channel-name.ts';
import { Refusal } from '../system/refusal.ts';
import { requireSuccess } from '../ami/require-success.ts';
import type { ControlDeps } from './deps.ts';
import { dialContextOf, requireNumber } from './dial-context.ts';
import { devicesOf } from './extension.ts';
import type { ListedChannels } from './listed-channels.ts';
import { listChannels } from './listed-channels.ts';

/** A channel of an extension, and the channel that it talks to. */
interface Conversation {
  readonly channel: Channel;
  readonly party: Channel;
}

/** The conversation of an extension: its newest call that is not on hold, or else the newest. */
function conversationOf({ picture }: ControlDeps, src: string, listed: ListedChannels): Conversation {
  const talking = picture
    .channelsOf(devicesOf(picture, src))
    .map((channel) => ({
      channel,
      parties: picture.peersOf(channel).filter((peer) => listed.areTogether(channel, peer)),
    }))
    .filter(({ parties }) => parties.length > 0);
  const newest = talking.findLast(({ channel }) => !channel.onHold) ?? talking.at(-1);
  const [party, ...others] = newest?.parties ?? [];
  if (newest === undefined || party === undefined)
    throw new Refusal('conflict', `extension ${src} has no call to transfer`);
  if (others.length > 0) {
    throw new Refusal(
      'conflict',
      `extension ${src} talks to ${others.length + 1} at once: it cannot be told whom to transfer`,
    );
  }
  return { channel: newest.channel, party };
}

/**
 * Contract §4.10: hands the party that src talks to over to dst, dialled as from src's own phone. `not-found`: unknown src,
 * or the dialplan has no dst (the call stays up); `conflict`: src talks to nobody, or to several; `unavailable`: Asterisk
 * cannot tell whether dst exists, and would lose the call if it does not.
 */
export async function transfer(deps: ControlDeps, src: string, dst: string): Promise<void> {
  const listed = await listChannels(deps);
  const { channel } = conversationOf(deps, src, listed);
  const context = await dialContextOf(deps, deviceOf(channel.name));
  const number = await requireNumber(deps, context, dst);
  // Look again: the call may have changed while Asterisk was asked.
  const { party } = conversationOf(deps, src, listed);
  requireSuccess(
    await deps.ami.action('Redirect', { Channel: party.name, Context: context, Exten: number, Priority: '1' }),
  );
}
