import { clientUserVariable, encodeClientUserId } from '../picture/client-user-id.ts';
import { Refusal } from '../system/refusal.ts';
import type { ControlDeps } from './deps.ts';
import { dialContextOf, dialledIn } from './dial-context.ts';
import { devicesOf, unknownExtension } from './extension.ts';
import type { Originations } from './originations.ts';
import { phonesOf } from './phones.ts';
import type { RecentClicks, RequestedCall } from './recent-clicks.ts';
import type { Ring, Rung } from './ring.ts';
import { ringAll } from './ring.ts';
import type { TalkLimits } from './talk-limits.ts';

/** How long src's phones ring by default, in seconds. */
export const ringSeconds = 30;

/** Seconds that both sides may ring before the talk that limitSec limits begins. */
const ringAllowance = 120;

/** A click-to-dial and when it is answered. */
export interface Click extends RequestedCall {
  /** Answer only once src has picked up, or has not. */
  readonly wait: boolean;
}

/** The answer to a click-to-dial. */
export interface Clicked {
  readonly message: string;
  /** That of the phone that was picked up; while several ring, of the first. */
  readonly uniqueid: string;
  /** If several phones ring, that of each: one of them will be the call's. */
  readonly uniqueids?: readonly string[];
}

type ClickDeps = ControlDeps & {
  readonly originations: Originations;
  readonly talkLimits: TalkLimits;
  readonly recentClicks: RecentClicks;
};

/**
 * Contract §4.8. Rings every phone of src. Resolves when Asterisk took the call or, if it waits, when src picked up; if src
 * does not, `conflict` with the reason. src's phone shows dst, and dst sees src (only the connected line is set, not the
 * caller id) or callerId. `not-found`: src is nobody's extension, or the dialplan has no dst. Twice within a second counts once.
 */
export async function clickNumber(deps: ClickDeps, click: Click): Promise<Clicked> {
  const rung = await deps.recentClicks.once(click, performance.now(), () => begin(deps, click));
  const { message, channelIds, ended } = rung;
  const [uniqueid, ...others] = channelIds;
  if (!click.wait) return others.length === 0 ? { message, uniqueid } : { message, uniqueid, uniqueids: channelIds };
  const { outcome, channelId } = await ended;
  if (outcome !== 'answered') throw new Refusal('conflict', `extension ${click.src} did not answer: ${outcome}`);
  return { message, uniqueid: channelId };
}

/** Rings src. */
async function begin(deps: ClickDeps, click: Click): Promise<Rung> {
  const { talkLimits } = deps;
  const rings = await ringsOf(deps, click);
  const variables = [`CONNECTEDLINE(num,i)=${click.dst}`];
  if (click.callerId !== undefined) variables.push(`CALLERID(num)=${click.callerId}`);
  if (click.clientUserId !== undefined)
    variables.push(`${clientUserVariable}=${encodeClientUserId(click.clientUserId)}`);
  if (click.limitSec !== undefined && click.limitSec > 0) {
    // A second line of defence: if the daemon is not there to set the exact limit, the call still ends.
    variables.push(`TIMEOUT(absolute)=${click.limitSec + ringAllowance}`);
    for (const { channelId } of rings) talkLimits.set(channelId, click.limitSec);
  }
  try {
    return await ringAll(deps, rings, { seconds: click.ringSec ?? ringSeconds, variables });
  } catch (cause) {
    for (const { channelId } of rings) talkLimits.drop(channelId);
    throw cause;
  }
}

/** src's phones, each with dst in the context in which that phone dials. A phone whose context has no dst is not rung. */
async function ringsOf(deps: ClickDeps, { src, dst }: Click): Promise<Ring[]> {
  const phones = await phonesOf(deps, devicesOf(deps.picture, src));
  const contexts = new Map<string, string>();
  for (const { device } of phones) if (!contexts.has(device)) contexts.set(device, await dialContextOf(deps, device));
  const numbers = new Map<string, string>();
  for (const context of new Set(contexts.values())) {
    const { number, exists } = await dialledIn(deps, context, dst);
    // If Asterisk cannot tell, no harm is done: src hears that the number does not exist.
    if (exists !== false) numbers.set(context, number);
  }
  const now = Date.now();
  const rings = phones.flatMap(({ device, dial }) => {
    const context = contexts.get(device) ?? deps.clickContext();
    const number = numbers.get(context);
    if (number === undefined) return [];
    return {
      channelId: deps.originations.nextChannelId(now),
      dial,
      goal: { Context: context, Exten: number, Priority: '1' },
    };
  });
  if (rings.length === 0) throw unknownExtension();
  return rings;
}
