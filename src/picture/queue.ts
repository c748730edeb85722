import type { Directory } from './directory.ts';
import type { Member, Queue } from './model.ts';

/** A queue without members and callers. */
export function newQueue(name: string): Queue {
  return { name, isListed: false, members: new Map(), waiting: new Map(), removed: new Set() };
}

/**
 * Puts a caller into a queue's line: at `place` (1: the next one to be answered), which a priority may have given, or
 * else at its end. A caller that waits there already stays where it is. `since`: ms epoch.
 */
export function joinLine({ waiting }: Queue, uniqueid: string, since: number, place = Infinity): void {
  if (waiting.has(uniqueid)) return;
  const behind = place >= 1 ? [...waiting].slice(place - 1) : [];
  for (const [other] of behind) waiting.delete(other);
  waiting.set(uniqueid, since);
  for (const [other, at] of behind) waiting.set(other, at);
}

/** Whether a member's phone can be reached: AST_DEVICE neither 4 invalid nor 5 unavailable. */
export function isReachable({ status }: Member): boolean {
  return status !== 4 && status !== 5;
}

/** Whether two descriptions of a member say the same. */
export function isSameMember(one: Member, other: Member): boolean {
  return (Object.keys(other) as (keyof Member)[]).every((field) => one[field] === other[field]);
}

/**
 * The extension of a queue's member, whatever interface it was added with: `PJSIP/808`, `Local/808@from-queue/n` with
 * the state interface `hint:808@ext-local`, `Local/7808@agents/n` with `PJSIP/808`. A Local channel's name says where
 * the call goes; the state interface says whose phone that is. `''` for nobody's.
 */
export function extensionOfMember(directory: Directory, member: Pick<Member, 'interface' | 'stateInterface'>): string {
  const own = directory.extensionOf(member.interface);
  if (own !== '' && !member.interface.startsWith('Local/')) return own;
  return stateExtension(directory, member.stateInterface) || own;
}

/** By what an agent is called: the extension of a queue's member, or its name if it is nobody's. */
export function agentOfMember(
  directory: Directory,
  member: Pick<Member, 'interface' | 'stateInterface' | 'name'>,
): string {
  return extensionOfMember(directory, member) || member.name;
}

/** A state interface is a device, or `hint:808@ext-local`, for which app_queue asks the hint of that extension. */
function stateExtension(directory: Directory, stateInterface: string): string {
  const hinted = /^hint:([^@]*)/i.exec(stateInterface)?.[1];
  return hinted ?? directory.extensionOf(stateInterface);
}
