import { setTimeout as sleep } from 'node:timers/promises';
import { extensionOfMember } from '../picture/queue.ts';
import { Refusal } from '../system/refusal.ts';
import type { Member } from '../picture/model.ts';
import type { Picture } from '../picture/picture.ts';
import { requireSuccess } from '../ami/require-success.ts';
import type { ControlDeps } from './deps.ts';
import { devicesOf } from './extension.ts';
import { memberInterface } from './member-interface.ts';
import { memberPause, personReason } from './member-pause.ts';

/** Asterisk answers an action before it sends the event: how long that is waited for, and how often looked, in ms. */
const longestWait = 500;
const lookEvery = 5;

/** Resolves when the picture shows what was done, so that whoever asks next sees it, and after a while in any case. */
export async function untilShown(isShown: () => boolean): Promise<void> {
  for (let waited = 0; waited < longestWait && !isShown(); waited += lookEvery) await sleep(lookEvery);
}

/**
 * An extension's members of a queue, whatever interface each was added with (`Local/808@from-queue/n`). There are several
 * where the dialplan logs in each of its devices.
 */
function membersOf(picture: Picture, queue: string, extension: string): readonly Member[] {
  const devices = picture.directory.devicesOf(extension);
  return [...(picture.queues.get(queue)?.members.values() ?? [])].filter(
    (member) =>
      devices.includes(member.interface) ||
      devices.includes(member.stateInterface) ||
      extensionOfMember(picture.directory, member) === extension,
  );
}

/**
 * The interfaces of the members that Asterisk listed: nothing is done to an interface that only an event named. Asterisk is
 * asked if any is not listed yet.
 */
async function interfacesOf(
  { picture, queueNow }: ControlDeps,
  queue: string,
  extension: string,
): Promise<readonly string[]> {
  const known = membersOf(picture, queue, extension);
  if (known.length === 0 || known.some((member) => !member.isListed)) await queueNow(queue);
  return membersOf(picture, queue, extension)
    .filter((member) => member.isListed)
    .map((member) => member.interface);
}

/** Names that Asterisk may be asked about though it does not list them: a queue of a database is loaded when it is used. */
const plainName = /^[0-9A-Za-z_.-]{1,40}$/;

/**
 * A queue may be called whatever Asterisk lists. Refused in Asterisk's words (`refusal`) if it lists no such queue and the
 * name is not so plain that Asterisk may look for it itself.
 */
async function requireQueue({ picture, queueNow }: ControlDeps, queue: string, refusal: string): Promise<void> {
  if (plainName.test(queue)) return;
  const isListed = (): boolean => picture.queues.get(queue)?.isListed === true;
  if (!isListed()) await queueNow(queue);
  if (!isListed()) throw new Refusal('not-found', refusal);
}

/** Does something to each of them; resolves with Asterisk's text for the first. */
async function toEach(interfaces: readonly string[], act: (name: string) => Promise<string>): Promise<string> {
  const [text = ''] = await Promise.all(interfaces.map(act));
  return text;
}

/** Contract §4.6: the extension becomes a member of the queue. `conflict` if it is one; `not-found`: unknown queue. */
export async function agentLogin(deps: ControlDeps, extension: string, queue: string): Promise<void> {
  const { ami, picture, memberContext, clickContext } = deps;
  await requireQueue(deps, queue, 'Unable to add interface to queue: No such queue');
  const contexts = { memberContext: memberContext(), clickContext: clickContext() };
  const member = memberInterface(picture, extension, contexts);
  // If it is a member under another interface, Asterisk refuses that one (`Already there`).
  const [twin = member.Interface] = await interfacesOf(deps, queue, extension);
  requireSuccess(await ami.action('QueueAdd', { Queue: queue, ...member, Interface: twin }));
  await interfacesOf(deps, queue, extension);
  await untilShown(() => membersOf(picture, queue, extension).length > 0);
}

/** Contract §4.7. `not-found`, in Asterisk's words, if the extension is no member of the queue. */
export async function agentLogout(deps: ControlDeps, extension: string, queue: string): Promise<void> {
  const { ami, picture } = deps;
  const [device] = devicesOf(picture, extension);
  await requireQueue(deps, queue, 'Unable to remove interface from queue: No such queue');
  const interfaces = await interfacesOf(deps, queue, extension);
  await toEach(interfaces.length === 0 ? [device] : interfaces, async (name) =>
    requireSuccess(await ami.action('QueueRemove', { Queue: queue, Interface: name })),
  );
  await untilShown(() => membersOf(picture, queue, extension).length === 0);
}

/**
 * Contract §4: out of every queue that Asterisk lists. Where queues.conf makes the extension a member it stays one; that is
 * a refusal only if there is no other. `not-found`, in Asterisk's words, if it is in no queue.
 */
export async function agentLogoutEverywhere(deps: ControlDeps, extension: string): Promise<void> {
  const { picture } = deps;
  devicesOf(picture, extension);
  const own = [...picture.queues.values()].flatMap(({ name, isListed }) => {
    const members = isListed ? membersOf(picture, name, extension) : [];
    return members.length === 0 ? [] : [{ name, canLeave: members.some(({ membership }) => membership !== 'static') }];
  });
  const leaving = own.some(({ canLeave }) => canLeave) ? own.filter(({ canLeave }) => canLeave) : own;
  let hasLeft = false;
  let refusal = new Refusal('not-found', 'Unable to remove interface: Not there');
  for (const { name } of leaving) {
    try {
      await agentLogout(deps, extension, name);
      hasLeft = true;
    } catch (cause) {
      // Only an event named the member, or somebody took it out meanwhile.
      if (!(cause instanceof Refusal) || cause.kind !== 'not-found') throw cause;
      refusal = cause;
    }
  }
  if (!hasLeft) throw refusal;
}

/**
 * Contract §4.5: pauses or unpauses the member of the queue. Resolves with Asterisk's text. The reason tells a person's
 * pause from one of after-call work (contract §1.2).
 */
export async function agentPause(
  deps: ControlDeps,
  queue: string,
  extension: string,
  paused: boolean,
  reason = personReason,
): Promise<string> {
  const { ami, picture } = deps;
  await requireQueue(deps, queue, 'Interface not found');
  const interfaces = await interfacesOf(deps, queue, extension);
  const [device = extension] = picture.directory.devicesOf(extension);
  const text = await toEach(interfaces.length === 0 ? [device] : interfaces, (name) => {
    const member = { queue, interface: name };
    return memberPause({ ami }, paused ? { ...member, paused, reason } : { ...member, paused });
  });
  const isDone = (member: Member): boolean => member.paused === paused && (!paused || member.pausedReason === reason);
  await untilShown(() => membersOf(picture, queue, extension).every(isDone));
  return text;
}
