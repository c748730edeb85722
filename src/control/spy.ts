import { ApiError } from '../system/api-error.ts';
import { accepted } from './answer.ts';
import { ringSeconds } from './click-number.ts';
import type { ControlDeps } from './deps.ts';
import { devicesOf } from './extension.ts';
import type { Originations } from './originations.ts';

/** listen: src hears both; whisper: src speaks to dst only; barge-in: src speaks to both (contract §4.11, §4.15). */
export type SpyMode = 'listen' | 'whisper' | 'barge-in';

/** Options of ChanSpy: q no announcement to dst, E leave when dst's call ends. */
const options: Record<SpyMode, string> = { listen: 'qE', whisper: 'qEw', 'barge-in': 'qEB' };

/**
 * Rings src's phone and lets it into dst's call; it is hung up when that call ends. 409 when dst has no call: a
 * supervisor's phone that rings now and stays silent until dst's next call, maybe hours later, is in nobody's interest.
 */
export async function spy(
  deps: ControlDeps & { readonly originations: Originations },
  mode: SpyMode,
  src: string,
  dst: string,
): Promise<void> {
  const { picture, ami, originations } = deps;
  const [device] = devicesOf(picture, src);
  const target = picture.channelsOf(devicesOf(picture, dst)).findLast((channel) => channel.stateDesc === 'Up');
  if (target === undefined) throw new ApiError(409, `extension ${dst} has no call to listen to`);
  accepted(
    await ami.action('Originate', {
      Channel: device,
      Application: 'ChanSpy',
      // The whole name of the channel: a mere `PJSIP/801` would also let src into the calls of 8010.
      Data: `${target.name},${options[mode]}`,
      Timeout: String(ringSeconds * 1_000),
      ChannelId: originations.nextChannelId(Date.now()),
      Variable: ['COOCENTER_SPY=1', `CONNECTEDLINE(num,i)=${dst}`],
      Async: 'true',
    }),
  );
}
