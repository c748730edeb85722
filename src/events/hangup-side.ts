import type { CallerPath, Channel } from '../picture/model.ts';
import { partner } from '../picture/talks.ts';
import { endOf, handoverOf } from './conversation.ts';

/** Which side ended it; `system`: the dialplan, or Asterisk. */
export type HangupSide = 'caller' | 'agent' | 'system';

/**
 * Who hung up (contract §3.7): the side whose hang-up ended the last conversation, also when the caller went on into the
 * survey; without a conversation, or after one that ended by a hand-over or in a parking lot, who left the menu or queue.
 */
export function hangupSideOf(callerPath: CallerPath): HangupSide {
  const { callerChannel } = callerPath;
  const { talks } = callerChannel;
  const over = Math.max(0, ...talks.map(({ to }) => to ?? endOf(callerPath)));
  const last = talks.filter(({ to }) => (to ?? endOf(callerPath)) === over);
  const handed = handoverOf(callerPath);
  const isParked = callerChannel.apartAt !== undefined && callerChannel.apartAt >= over;
  // The conversation with whom an attended hand-over leads to begins before that is told.
  if (last.length === 0 || isParked || (handed !== undefined && over <= handed.at + slack)) {
    return isEnder(callerChannel) ? 'caller' : 'system';
  }
  // Whom the agent left alone on hold, to ask somebody else, is in the conversation still.
  const end = Math.max(over, callerChannel.leftAt ?? 0);
  const sides = new Map<Channel, HangupSide>(last.map((talk) => [partner(talk, callerChannel), 'agent']));
  sides.set(callerChannel, 'caller');
  const asked = sidesBy(sides, (channel) => channel.hangupRequestedAt ?? (channel.isEndedByUs ? over : undefined));
  const [first] = asked.filter(({ at }) => at <= end + slack);
  if (first !== undefined && first.at <= end) return first.side;
  // The feature code that hangs up: Asterisk ends both, and nobody asks for it. Which keys it has (`*`, `**`, `*0`) the
  // box's features.conf says, and no event: whoever pressed the last key just before, if it may end a code. Digits alone
  // are none: those are pressed in a conversation, too, and a time limit may end the call just then.
  const [key] = sidesBy(sides, ({ keys }) => (/[*#]/.test(keys.text) ? keys.at : undefined))
    .filter(({ at }) => at <= end && at >= end - slack)
    .reverse();
  return key?.side ?? first?.side ?? 'system';
}

/**
 * ms. A hang-up so long after the conversation's end did not end it (the caller left the survey), nor did a hand-over or
 * a key so long before it.
 */
const slack = 500;

/** When something happened on the side of each channel, the earliest first. */
function sidesBy(
  sides: ReadonlyMap<Channel, HangupSide>,
  when: (channel: Channel) => number | undefined,
): { side: HangupSide; at: number }[] {
  return [...sides]
    .flatMap(([channel, side]) => {
      const at = when(channel);
      return at === undefined ? [] : [{ side, at }];
    })
    .sort((a, b) => a.at - b.at);
}

function isEnder(channel: Channel): boolean {
  return channel.hangupRequestedAt !== undefined || channel.isEndedByUs;
}
