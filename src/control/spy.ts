import type { Channel } from '../picture/model.ts';
import { Refusal } from '../system/refusal.ts';
import { ringSeconds } from './click-number.ts';
import type { ControlDeps } from './deps.ts';
import { devicesOf } from './extension.ts';
import type { ListedChannels } from './listed-channels.ts';
import { listChannels } from './listed-channels.ts';
import type { Originations } from './originations.ts';
import { phonesOf } from './phones.ts';
import { ringAll } from './ring.ts';

/** listen: src hears both; whisper: src speaks to dst only; barge-in: src speaks to both (contract §4.11, §5.2). */
export type SpyMode = 'listen' | 'whisper' | 'barge-in';

/** Options of ChanSpy: q no announcement to dst, E leave when dst's call ends. */
const options: Record<SpyMode, string> = { listen: 'qE', whisper: 'qEw', 'barge-in': 'qEB' };

/**
 * Rings src's phones and lets the first that is picked up into dst's call, on any of dst's devices, until that call ends.
 * `conflict` if dst has no call: nobody wants a supervisor's phone to ring and stay silent until dst's next call, hours
 * later perhaps.
 */
export async function spy(
  deps: ControlDeps & { readonly originations: Originations },
  mode: SpyMode,
  src: string,
  dst: string,
): Promise<void> {
  const { picture, originations } = deps;
  const devices = devicesOf(picture, src);
  const listed = await listChannels(deps);
  const talking = targetOf(deps, dst, listed);
  const phones = await phonesOf(deps, devices);
  // Look again: the call may have ended while Asterisk was asked.
  const target = picture.channels.has(talking.uniqueid) ? talking : targetOf(deps, dst, listed);
  const now = Date.now();
  const rings = phones.map(({ dial }) => ({
    channelId: originations.nextChannelId(now),
    dial,
    // The channel's whole name: `PJSIP/801` alone would also let src into the calls of 8010.
    goal: { Application: 'ChanSpy', Data: `${target.name},${options[mode]}` },
  }));
  const variables = ['COOCENTER_SPY=1', `CONNECTEDLINE(num,i)=${dst}`];
  await ringAll(deps, rings, { seconds: ringSeconds, variables });
}

/** The newest answered call of an extension. */
function targetOf({ picture }: ControlDeps, dst: string, listed: ListedChannels): Channel {
  const target = picture
    .channelsOf(devicesOf(picture, dst))
    .findLast((channel) => channel.stateDesc === 'Up' && listed.has(channel));
  if (target === undefined) throw new Refusal('conflict', `extension ${dst} has no call to listen to`);
  return target;
}
