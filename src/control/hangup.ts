import type { Channel } from '../picture/model.ts';
import { Refusal } from '../system/refusal.ts';
import { requireSuccess } from '../ami/require-success.ts';
import type { ControlDeps } from './deps.ts';
import { unknownExtension } from './extension.ts';
import { listChannels } from './listed-channels.ts';

/** Most extensions whose calls are ended by one request. */
export const mostHungUp = 50;

/** What became of one of several extensions: `Success`, or why nothing was ended. */
export interface HungUp {
  readonly exten: string;
  readonly status: string;
}

/**
 * Contract §4.9: ends every call of an extension, ringing, talking or listening, on any of its devices. `not-found`:
 * unknown extension; `conflict`: it has no call.
 */
export async function hangup(deps: ControlDeps, extension: string): Promise<void> {
  await hangupAll(deps, [extension]);
}

/**
 * Contract §5.2: `hangup` of several extensions, which may be talking to each other. Rejects, with the first reason, if
 * none of them has a call.
 */
export async function hangupAll(
  deps: ControlDeps,
  extensions: readonly [string, ...string[]],
): Promise<readonly HungUp[]> {
  const { picture } = deps;
  const known = extensions.map((exten) => ({
    exten,
    channels: picture.everyChannelOf(picture.directory.devicesOf(exten)),
  }));
  const listed = known.some(({ channels }) => channels.length > 0) ? await listChannels(deps) : undefined;
  const refusals: Refusal[] = [];
  const ended: Channel[] = [];
  const results = known.map(({ exten, channels }): HungUp => {
    const live = channels.filter((channel) => listed?.has(channel));
    ended.push(...live);
    if (live.length > 0) return { exten, status: 'Success' };
    const refusal = noCall(deps, exten);
    refusals.push(refusal);
    return { exten, status: refusal.message };
  });
  const [first] = refusals;
  if (first !== undefined && ended.length === 0) throw first;
  await endChannels(deps, ended);
  return results;
}

/** Why nothing of an extension can be ended. */
export function noCall({ picture }: Pick<ControlDeps, 'picture'>, exten: string): Refusal {
  return picture.directory.isExtension(exten)
    ? new Refusal('conflict', `extension ${exten} has no call`)
    : unknownExtension();
}

/** Has Asterisk end channels. */
export async function endChannels({ ami, picture }: ControlDeps, channels: readonly Channel[]): Promise<void> {
  picture.noteHangup(channels);
  const responses = await Promise.all(
    // 16: normal clearing (include/asterisk/causes.h).
    channels.map((channel) => ami.action('Hangup', { Channel: channel.name, Cause: '16' })),
  );
  for (const response of responses) {
    // It has ended by itself: as wanted.
    if (response.name !== 'Success' && /no such channel/i.test(response.get('Message'))) continue;
    requireSuccess(response);
  }
}
