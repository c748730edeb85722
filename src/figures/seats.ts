import { wrapUpReason } from '../control/member-pause.ts';
import type { Member } from '../picture/model.ts';
import type { Picture } from '../picture/picture.ts';
import { agentOfMember } from '../picture/queue.ts';
import type { Seat } from './presence.ts';

function reasonOf({ paused, pausedReason }: Member): string | undefined {
  return paused && pausedReason !== wrapUpReason ? pausedReason : undefined;
}

/** Every member that Asterisk has listed. */
export function seatsIn({ queues, directory }: Pick<Picture, 'queues' | 'directory'>): Seat[] {
  return [...queues.values()].flatMap(({ name: queue, members }) =>
    [...members.values()]
      .filter(({ isListed }) => isListed)
      .map((member) => ({
        queue,
        interface: member.interface,
        name: member.name,
        agent: agentOfMember(directory, member),
        reason: reasonOf(member),
      })),
  );
}

/** Whether somebody has come, gone, been paused or unpaused since. Asked every second: it compares, and makes nothing. */
export function haveChanged(seats: readonly Seat[], { queues }: Pick<Picture, 'queues'>): boolean {
  let index = 0;
  for (const { name, members } of queues.values()) {
    for (const member of members.values()) {
      if (!member.isListed) continue;
      const seat = seats[index++];
      if (seat?.interface !== member.interface || seat.queue !== name || seat.reason !== reasonOf(member)) return true;
    }
  }
  return index !== seats.length;
}
