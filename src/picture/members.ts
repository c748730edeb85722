import type { Directory } from './directory.ts';
import type { Member } from './queue.ts';

/**
 * The extension that a member of a queue is, whatever interface it was added with (`PJSIP/808`,
 * `Local/808@from-queue/n` with a state interface); `''` when it is nobody's.
 */
export function extensionOfMember(directory: Directory, member: Pick<Member, 'interface' | 'stateInterface'>): string {
  const own = directory.extensionOf(member.interface);
  return own === '' ? directory.extensionOf(member.stateInterface) : own;
}
