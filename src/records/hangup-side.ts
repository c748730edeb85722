import type { Channel } from '../picture/call.ts';
import type { Journey } from '../picture/journey.ts';
import { partner } from '../picture/talks.ts';
import { endOf, handoverOf } from './conversation.ts';

/** Which side ended it; `system`: the dialplan, or Asterisk. */
export type HangupSide = 'caller' | 'agent' | 'system';

/**
 * Who hung up (contract §3.7): the side whose hang-up ended the last conversation, also when the caller went on into the
 * survey; without a conversation, or after one that ended by a hand-over, who left the menu or queue.
 */
export function hangupSideOf(journey: Journey): HangupSide {
  const { traveller } = journey;
  const { talks } = traveller;
  const over = Math.max(0, ...talks.map(({ to }) => to ?? endOf(journey)));
  const last = talks.filter(({ to }) => (to ?? endOf(journey)) === over);
  const handed = handoverOf(journey);
  // The conversation with whom an attended hand-over leads to begins before that is told.
  if (last.length === 0 || (handed !== undefined && over <= handed.at + slack)) {
    return isEnder(traveller) ? 'caller' : 'system';
  }
  const sides: { side: HangupSide; at: number }[] = [];
  const note = (channel: Channel, side: HangupSide): void => {
    if (channel.hangupRequestedAt !== undefined) sides.push({ side, at: channel.hangupRequestedAt });
    else if (channel.isEndedByUs) sides.push({ side, at: over });
  };
  note(traveller, 'caller');
  for (const talk of last) note(partner(talk, traveller), 'agent');
  const [first] = sides.filter(({ at }) => at <= over + slack).sort((a, b) => a.at - b.at);
  return first?.side ?? 'system';
}

/** ms: a hang-up so long after the conversation's end did not end it (the caller left the survey), nor did a hand-over so long before it. */
const slack = 500;

function isEnder(channel: Channel): boolean {
  return channel.hangupRequestedAt !== undefined || channel.isEndedByUs;
}
