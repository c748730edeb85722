import type { CallerPath, Channel } from '../picture/model.ts';
import { partner } from '../picture/talks.ts';
import { endOf, handoverOf } from './conversation.ts';

/** The side that ended the call; `system`: the dialplan, or Asterisk. */
export type HangupSide = 'caller' | 'agent' | 'system';

/**
 * Who hung up (contract §3.7): the side whose hang-up ended the last conversation, even if the caller went on into the
 * survey. Without a conversation, or after one that ended with a transfer or in a parking lot, only the caller's own
 * hang-up counts.
 */
export function hangupSideOf(callerPath: CallerPath): HangupSide {
  const { callerChannel } = callerPath;
  const { talks } = callerChannel;
  const over = Math.max(0, ...talks.map(({ to }) => to ?? endOf(callerPath)));
  const last = talks.filter(({ to }) => (to ?? endOf(callerPath)) === over);
  const handed = handoverOf(callerPath);
  const isParked = callerChannel.apartAt !== undefined && callerChannel.apartAt >= over;
  // The conversation that an attended transfer leads to begins before Asterisk tells of the transfer.
  if (last.length === 0 || isParked || (handed !== undefined && over <= handed.at + slack)) {
    return isEnder(callerChannel) ? 'caller' : 'system';
  }
  // A caller that the agent left on hold, to consult somebody, is still in the conversation.
  const end = Math.max(over, callerChannel.leftAt ?? 0);
  const sides = new Map<Channel, HangupSide>(last.map((talk) => [partner(talk, callerChannel), 'agent']));
  sides.set(callerChannel, 'caller');
  const asked = sidesBy(sides, (channel) => channel.hangupRequestedAt ?? (channel.isEndedByUs ? over : undefined));
  const [first] = asked.filter(({ at }) => at <= end + slack);
  if (first !== undefined && first.at <= end) return first.side;
  // With the feature code that hangs up, Asterisk ends both channels without a request. No event tells its keys (`*`,
  // `**`, `*0`; see features.conf), so the side that pressed the last key just before counts, if the keys may be a code.
  // Digits alone are none: people press them in conversations, and a time limit may end the call just then.
  const [key] = sidesBy(sides, ({ keys }) => (/[*#]/.test(keys.text) ? keys.at : undefined))
    .filter(({ at }) => at <= end && at >= end - slack)
    .reverse();
  return key?.side ?? first?.side ?? 'system';
}

/**
 * ms. A hang-up that comes later than this after the conversation did not end it (the caller left the survey); nor did a
 * transfer or a key that came earlier than this before its end.
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
