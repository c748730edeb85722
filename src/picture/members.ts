import type { Directory } from './directory.ts';
import type { Member } from './queue.ts';

/**
 * The extension that a member of a queue is, whatever interface it was added with: `PJSIP/808`,
 * `Local/808@from-queue/n` with the state interface `hint:808@ext-local`, `Local/7808@agents/n` with `PJSIP/808`. A Local
 * channel's name says where the call goes, the state interface whose phone that is. `''` when it is nobody's.
 */
export function extensionOfMember(directory: Directory, member: Pick<Member, 'interface' | 'stateInterface'>): string {
  const own = directory.extensionOf(member.interface);
  if (own !== '' && !member.interface.startsWith('Local/')) return own;
  return stateExtension(directory, member.stateInterface) || own;
}

/** A state interface is a device, or `hint:808@ext-local`: app_queue asks for the hint of that extension then. */
function stateExtension(directory: Directory, stateInterface: string): string {
  const hinted = /^hint:([^@]*)/i.exec(stateInterface)?.[1];
  return hinted ?? directory.extensionOf(stateInterface);
}
