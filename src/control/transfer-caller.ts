import { requireSuccess } from '../ami/require-success.ts';
import type { Channel } from '../picture/model.ts';
import { Refusal } from '../system/refusal.ts';
import type { ControlDeps } from './deps.ts';
import { dialContextOf, requireNumber } from './dial-context.ts';
import { listChannels, type ListedChannels } from './listed-channels.ts';

/** Who waits in a queue with this Uniqueid. */
function callerOf({ picture }: ControlDeps, uniqueid: string, listed: ListedChannels): Readonly<Channel> {
  const channel = picture.channels.get(uniqueid);
  const waits = [...picture.queues.values()].some(({ waiting }) => waiting.has(uniqueid));
  if (channel === undefined || !waits || !listed.isQueued(channel)) {
    throw new Refusal('not-found', 'nobody waits in a queue with this uniqueid');
  }
  return channel;
}

/**
 * Takes a caller out of the queue in which they wait, and sends them to dst, dialled as from a phone of `by`: the
 * extension of who wants it, `''` for `[dialplan] click`. `not-found`: nobody waits so, or the dialplan has no dst (the
 * caller keeps their place); `unavailable`: Asterisk cannot tell whether dst exists, and would lose the call if it does not.
 */
export async function transferCaller(deps: ControlDeps, uniqueid: string, dst: string, by: string): Promise<void> {
  const { ami, picture, log } = deps;
  const listed = await listChannels(deps);
  callerOf(deps, uniqueid, listed);
  const [device] = picture.directory.devicesOf(by);
  const context = device === undefined ? deps.clickContext() : await dialContextOf(deps, device);
  const number = await requireNumber(deps, context, dst);
  // Look again: an agent may have answered while Asterisk was asked.
  const { name } = callerOf(deps, uniqueid, listed);
  log.info(`the caller on ${name}, who waits in a queue, goes to ${dst}${by === '' ? '' : ` for ${by}`}`);
  requireSuccess(await ami.action('Redirect', { Channel: name, Context: context, Exten: number, Priority: '1' }));
}
