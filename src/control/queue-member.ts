import type { Member } from '../picture/queue.ts';
import { extensionOfMember } from '../picture/members.ts';
import type { Picture } from '../picture/picture.ts';
import { accepted } from './answer.ts';
import type { ControlDeps } from './deps.ts';
import { deviceOf } from './extension.ts';
import { memberInterface } from './member-interface.ts';
import { memberPause, personReason } from './member-pause.ts';
import { settled } from './settled.ts';

/** The member of a queue that an extension is, whatever interface it was added with (`Local/808@from-queue/n`). */
function memberOf(picture: Picture, queue: string, extension: string): Member | undefined {
  const members = [...(picture.queues.get(queue)?.members.values() ?? [])];
  const device = picture.directory.deviceOf(extension);
  return (
    members.find((member) => member.interface === device || member.stateInterface === device) ??
    members.find((member) => extensionOfMember(picture.directory, member) === extension)
  );
}

/** Contract §4.6: the extension becomes a member of the queue. Refused twice (409) and for an unknown queue (404). */
export async function agentLogin(
  { ami, picture, memberContext }: ControlDeps,
  extension: string,
  queue: string,
): Promise<void> {
  const member = memberInterface(picture, extension, memberContext());
  // Whoever is in already under another interface is refused by Asterisk, as `Already there`.
  const twin = memberOf(picture, queue, extension)?.interface ?? member.Interface;
  accepted(await ami.action('QueueAdd', { Queue: queue, ...member, Interface: twin }));
  await settled(() => memberOf(picture, queue, extension) !== undefined);
}

/** Contract §4.7. 404 in Asterisk's words when the extension is no member of the queue. */
export async function agentLogout({ ami, picture }: ControlDeps, extension: string, queue: string): Promise<void> {
  const device = memberOf(picture, queue, extension)?.interface ?? deviceOf(picture, extension);
  accepted(await ami.action('QueueRemove', { Queue: queue, Interface: device }));
  await settled(() => memberOf(picture, queue, extension) === undefined);
}

/**
 * Contract §4.5: the member takes no calls of the queue, or does again. Answers with Asterisk's text. The reason tells a
 * person's pause from that of after-call work (contract §1.2).
 */
export async function agentPause(
  { ami, picture }: ControlDeps,
  queue: string,
  extension: string,
  paused: boolean,
): Promise<string> {
  const member = memberOf(picture, queue, extension)?.interface ?? picture.directory.deviceOf(extension) ?? extension;
  const place = { queue, interface: member };
  const text = await memberPause({ ami }, paused ? { ...place, paused, reason: personReason } : { ...place, paused });
  await settled(() => memberOf(picture, queue, extension)?.paused === paused);
  return text;
}
