import type { Registration } from '../../control/endpoints.ts';
import type { Channel } from '../../picture/call.ts';
import { isInternalName } from '../../picture/channel-name.ts';
import { byNumber } from '../../picture/directory.ts';
import type { Picture } from '../../picture/picture.ts';

/** Milliseconds → `00:02:58`. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function currentCall(channel: Readonly<Channel>, now: number): Record<string, string> {
  return {
    calleridname: channel.callerIdName,
    calleridnum: channel.callerIdNum,
    channel: channel.name,
    channelstate: String(channel.state),
    channelstatedesc: channel.stateDesc,
    connectedlinename: channel.connectedLineName,
    connectedlinenum: channel.connectedLineNum,
    duration: duration(now - channel.createdAt),
  };
}

/** Contract §4.1: every channel that a person holds, oldest first. */
export function currentCalls(picture: Picture, now: number): Record<string, string>[] {
  const channels = [...picture.channels.values()].filter((channel) => !isInternalName(channel.name));
  return channels.map((channel) => currentCall(channel, now));
}

/** Contract §4.2: every extension that has a phone, with where it is; trunks are left out. */
export function extensionStatus(picture: Picture, registrations: readonly Registration[]): Record<string, string>[] {
  const { directory } = picture;
  return registrations
    .map(({ device, type, ipAddr, status }) => ({
      Exten: directory.extensionOf(device),
      Type: type,
      IPAddr: ipAddr,
      Status: status,
    }))
    .filter(({ Exten }) => Exten !== '')
    .sort((a, b) => byNumber(a.Exten, b.Exten));
}

/** A member's device state (AST_DEVICE) as the extension state it would give (AST_EXTENSION). */
const extensionState = ['4', '0', '1', '2', '4', '4', '8', '9', '16'];

/** Contract §4.3: every extension that is an agent or has a hint. */
export function hintsStatus(picture: Picture): Record<string, string>[] {
  const status = new Map<string, string>();
  for (const queue of picture.queues.values()) {
    for (const member of queue.members.values()) {
      const extension = picture.directory.extensionOf(member.interface);
      if (extension !== '') status.set(extension, extensionState[member.status] ?? '4');
    }
  }
  for (const exten of picture.directory.hints.keys()) {
    const hint = picture.directory.hintOf(exten);
    if (hint !== undefined) status.set(exten, hint.status);
  }
  return [...status]
    .sort(([a], [b]) => byNumber(a, b))
    .map(([extension, state]) => ({
      agentName: extension,
      extension,
      extenType: 'analogCallCenter',
      status: state,
    }));
}
