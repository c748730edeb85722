import type { MemberKey } from '../control/member-pause.ts';
import type { Leg, Member } from '../picture/model.ts';
import { extensionOfMember } from '../picture/queue.ts';
import { deviceOf } from '../picture/channel-name.ts';
import type { Picture } from '../picture/picture.ts';

/** A queue in which the agent is paused by us. `isSeen`: Asterisk has said so. */
export interface Seat extends MemberKey {
  isSeen: boolean;
}

/** After-call work that goes on. Moments are ms epoch. */
export interface Wrapup {
  readonly extension: string;
  /** The conversation it follows. */
  readonly leg: Leg;
  readonly startedAt: number;
  readonly until: number;
  readonly seats: Map<string, Seat>;
}

/** Seconds of after-call work until then, rounded half up. */
export function secondsOf({ startedAt, until }: Wrapup, at: number): number {
  return Math.round((Math.min(Math.max(at, startedAt), until) - startedAt) / 1000);
}

/** Who answered a leg, and in which queues they are. */
export interface Answerer {
  /** Of a device that is nobody's, the number that was called. */
  readonly extension: string;
  readonly seatKeys: readonly (MemberKey & { readonly member: Member })[];
}

/** The extension whose phone a leg rang, as a member of queues by whatever interface it was added with. */
export function answererOf(leg: Leg, { queues, directory }: Pick<Picture, 'queues' | 'directory'>): Answerer {
  const device = deviceOf(leg.destName);
  const own = directory.extensionOf(device);
  const extension = own === '' ? leg.callee.num : own;
  const isTheirs = (member: Member): boolean =>
    member.interface === device ||
    member.stateInterface === device ||
    (extension !== '' && extensionOfMember(directory, member) === extension);
  const places = [...queues.values()].flatMap(({ name, members }) =>
    [...members.values()].filter(isTheirs).map((member) => ({ queue: name, interface: member.interface, member })),
  );
  return { extension, seatKeys: places };
}
