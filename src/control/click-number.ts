import { ApiError } from '../system/api-error.ts';
import { accepted } from './answer.ts';
import type { ControlDeps } from './deps.ts';
import { devicesOf, requireDialplan } from './extension.ts';
import type { Originations } from './originations.ts';
import type { TalkLimits } from './talk-limits.ts';

/** How long src's phone rings when nobody says otherwise, in seconds. */
export const ringSeconds = 30;

/** Seconds that both phones may ring before the talk that limitSec limits begins. */
const ringAllowance = 120;

/** A click-to-dial: src's phone is rung, and dst is called when it is picked up. */
export interface Click {
  readonly src: string;
  readonly dst: string;
  /** At most so many seconds of talk. */
  readonly limitSec?: number | undefined;
  /** How long src's phone rings, in seconds. */
  readonly ringSec?: number | undefined;
  /** Answer only when src picked up or did not. */
  readonly wait: boolean;
}

/**
 * Contract §4.8. Answers when Asterisk took the call, or, waiting, when src picked up (409 with the reason when it did
 * not). src's phone shows dst, and dst sees src: only the connected line is set, not the caller id. 404: src is nobody's
 * extension, or the dialplan has no dst.
 */
export async function clickNumber(
  deps: ControlDeps & { readonly originations: Originations; readonly talkLimits: TalkLimits },
  click: Click,
): Promise<{ message: string; uniqueid: string }> {
  const { ami, originations, talkLimits } = deps;
  const [device] = devicesOf(deps.picture, click.src);
  await requireDialplan(deps, click.dst);
  const ringTime = (click.ringSec ?? ringSeconds) * 1_000;
  const uniqueid = originations.nextChannelId(Date.now());
  const variables = [`CONNECTEDLINE(num,i)=${click.dst}`];
  if (click.limitSec !== undefined) {
    // A second line of defence: should nobody be there to start the exact limit, the call still ends.
    variables.push(`TIMEOUT(absolute)=${click.limitSec + ringAllowance}`);
    talkLimits.set(uniqueid, click.limitSec);
  }
  // Watched before it is sent: the phone may be refused before Asterisk's answer is read.
  const outcome = click.wait ? originations.watch(uniqueid, ringTime + 5_000) : undefined;
  // A rejection is handled where it is awaited; until then it must not count as unhandled.
  outcome?.catch(() => undefined);
  let message: string;
  try {
    message = accepted(
      await ami.action('Originate', {
        Channel: device,
        Context: deps.clickContext(),
        Exten: click.dst,
        Priority: '1',
        Timeout: String(ringTime),
        ChannelId: uniqueid,
        Variable: variables,
        Async: 'true',
      }),
    );
  } catch (cause) {
    originations.forget(uniqueid);
    talkLimits.drop(uniqueid);
    throw cause;
  }
  const ended = await outcome;
  if (ended !== undefined && ended !== 'answered')
    throw new ApiError(409, `extension ${click.src} did not answer: ${ended}`);
  return { message, uniqueid };
}
