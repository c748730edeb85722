import type { MemberKey } from '../control/member-pause.ts';
import type { Leg, Member } from '../picture/model.ts';
import { extensionOfMember } from '../picture/queue.ts';
import { deviceOf } from '../picture/channel-name.ts';
import type { Picture } from '../picture/picture.ts';

/** A member that we pause for after-call work. `isSeen`: Asterisk has reported the pause. */
export interface Seat extends MemberKey {
  isSeen: boolean;
}

/** After-call work under way. Moments are ms of the monotonic clock. */
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

/** The extension that answered a leg, and its members of queues. */
export interface Answerer {
  /** The number that was called, if the device is nobody's. */
  readonly extension: string;
  readonly members: readonly (MemberKey & { readonly member: Member })[];
}

/** The extension whose phone a leg rang, with its members of queues, whatever interface each was added with. */
export function answererOf(leg: Leg, { queues, directory }: Pick<Picture, 'queues' | 'directory'>): Answerer {
  const device = deviceOf(leg.destName);
  const own = directory.extensionOf(device);
  const extension = own === '' ? leg.callee.num : own;
  const isTheirs = (member: Member): boolean =>
    member.interface === device ||
    member.stateInterface === device ||
    (extension !== '' && extensionOfMember(directory, member) === extension);
  const members = [...queues.values()].flatMap(({ name, members: all }) =>
    [...all.values()].filter(isTheirs).map((member) => ({ queue: name, interface: member.interface, member })),
  );
  return { extension, members };
}
