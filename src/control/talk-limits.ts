import type { Change } from '../picture/model.ts';
import { requireSuccess } from '../ami/require-success.ts';
import type { ControlDeps } from './deps.ts';
import { listChannels } from './listed-channels.ts';

/** Contract §5.2, limitSec: how long the two of a click-to-dial may talk, from the moment they do. */
export class TalkLimits {
  readonly #deps: ControlDeps;
  /** ChannelId of the caller's phone → seconds. */
  readonly #limits = new Map<string, number>();

  constructor(deps: ControlDeps) {
    this.#deps = deps;
  }

  /** Limits the call that this phone begins to so many seconds of talk. */
  set(channelId: string, seconds: number): void {
    this.#limits.set(channelId, seconds);
  }

  /** That call did not come about. */
  drop(channelId: string): void {
    this.#limits.delete(channelId);
  }

  /** Takes what the picture saw. */
  onChange(change: Change): void {
    if (change.type === 'dial-answer' && change.leg.source !== undefined) this.#start(change.leg.source);
    else if (change.type === 'hangup') this.#limits.delete(change.channel.uniqueid);
    else if (change.type === 'originate-response' && !change.success) this.#limits.delete(change.uniqueid);
  }

  #start(channel: { readonly uniqueid: string; readonly name: string }): void {
    const seconds = this.#limits.get(channel.uniqueid);
    if (seconds === undefined) return;
    this.#limits.delete(channel.uniqueid);
    this.#limit(channel, seconds).catch((cause: unknown) => {
      this.#deps.log.error(`the talk of ${channel.name} could not be limited to ${seconds} s`, cause);
    });
  }

  async #limit(channel: { readonly uniqueid: string; readonly name: string }, seconds: number): Promise<void> {
    const { ami } = this.#deps;
    if (!(await listChannels({ ami })).has(channel)) return;
    requireSuccess(await ami.action('AbsoluteTimeout', { Channel: channel.name, Timeout: String(seconds) }));
  }
}
