import { Refusal } from '../system/refusal.ts';
import { ringSeconds } from './click-number.ts';
import type { ControlDeps } from './deps.ts';
import { devicesOf } from './extension.ts';
import type { Originations } from './originations.ts';
import { phonesOf } from './phones.ts';
import type { RecentClicks } from './recent-clicks.ts';
import type { Rung } from './ring.ts';
import { ringAll } from './ring.ts';
import { callAll, selfAnswering } from './self-answering.ts';

type IntercomDeps = ControlDeps & { readonly originations: Originations; readonly recentClicks: RecentClicks };

/** Most extensions of one page. */
export const mostPaged = 50;
/** Seconds that a phone rings which was paged and does not answer by itself. */
const pageSeconds = 10;

/**
 * Contract §5.2, click-intercom: rings src, and when it is picked up calls dst, whose phones answer by themselves.
 * `not-found`: src or dst is nobody's extension; `conflict`: dst is in a call, or has no phone that can be asked to answer.
 * Twice within a second counts once.
 */
export async function intercom(deps: IntercomDeps, src: string, dst: string): Promise<void> {
  if (src === dst) throw new Refusal('invalid', 'src and dst are the same extension');
  await deps.recentClicks.once({ src, dst: `intercom ${dst}` }, performance.now(), async () => {
    const devices = devicesOf(deps.picture, dst);
    if (isInCall(deps, devices)) throw new Refusal('conflict', `extension ${dst} is in a call`);
    const dials = await selfAnswering(deps, devices);
    if (dials.length === 0) {
      throw new Refusal('conflict', `extension ${dst} has no phone that is registered and can answer by itself`);
    }
    return begin(deps, src, dst, callAll('Dial', dials, String(ringSeconds)));
  });
}

/**
 * Contract §5.2, click-paging: rings src, and when it is picked up calls all phones of dst, which answer by themselves and
 * hear src; src hears none of them. It ends when src hangs up. Who is in a call is left out, and so is src. Refusals as of
 * `intercom`, if nobody is left.
 */
export async function page(deps: IntercomDeps, src: string, dst: readonly string[]): Promise<void> {
  const others = dst.filter((exten) => exten !== src);
  const [first] = others;
  if (first === undefined) throw new Refusal('invalid', 'dst must be other extensions than src');
  await deps.recentClicks.once({ src, dst: `page ${others.join()}` }, performance.now(), async () => {
    const paged = others.map((exten) => devicesOf(deps.picture, exten));
    const idle = paged.filter((devices) => !isInCall(deps, devices));
    if (idle.length === 0) throw new Refusal('conflict', 'all of dst are in a call');
    const dials = (await Promise.all(idle.map((devices) => selfAnswering(deps, devices)))).flat();
    if (dials.length === 0) {
      throw new Refusal('conflict', 'none of dst has a phone that is registered and can answer by itself');
    }
    return begin(deps, src, first, callAll('Page', dials, `q,${pageSeconds}`));
  });
}

/** Such a phone would ring in the middle of the call, or put it on hold. */
function isInCall({ picture }: ControlDeps, devices: readonly string[]): boolean {
  return picture.everyChannelOf(devices).length > 0;
}

/** Rings src, whose phone shows `shown`. */
async function begin(
  deps: IntercomDeps,
  src: string,
  shown: string,
  { goal, variables }: ReturnType<typeof callAll>,
): Promise<Rung> {
  const phones = await phonesOf(deps, devicesOf(deps.picture, src));
  const now = Date.now();
  const rings = phones.map(({ dial }) => ({ channelId: deps.originations.nextChannelId(now), dial, goal }));
  return ringAll(deps, rings, {
    seconds: ringSeconds,
    variables: [`CONNECTEDLINE(num,i)=${shown}`, ...variables],
  });
}
