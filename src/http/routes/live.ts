import type { Registration } from '../../snapshot/registrations.ts';
import type { Call, Channel } from '../../picture/model.ts';
import { extensionOfMember } from '../../picture/queue.ts';
import { isInternalName } from '../../picture/channel-name.ts';
import { byNumber } from '../../picture/directory.ts';
import { partyOf } from '../../picture/parties.ts';
import type { Picture } from '../../picture/picture.ts';
import { is, type ValueOf } from '../../system/schema.ts';

/** Milliseconds → `00:02:58`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** What `duration` makes. */
export const durationPattern = '^[0-9]{2,}:[0-5][0-9]:[0-5][0-9]$';

/** A row of contract §4.1. */
export const currentCallSchema = is.object({
  calleridname: is.text('name of who holds the channel'),
  calleridnum: is.text('number of who holds the channel'),
  channel: is.text(),
  channelstate: is.text('Asterisk’s number of the state: 6 is up'),
  channelstatedesc: is.text('Asterisk’s word for it'),
  connectedlinename: is.text('name of the other side'),
  connectedlinenum: is.text('number of the other side'),
  duration: is.pattern(durationPattern, 'since the channel began'),
});
type CurrentCall = ValueOf<typeof currentCallSchema>;

/** A sample of it. */
export const currentCallSample: CurrentCall = {
  calleridname: 'Agent 800',
  calleridnum: '800',
  channel: 'PJSIP/800-00000003',
  channelstate: '6',
  channelstatedesc: 'Up',
  connectedlinename: '',
  connectedlinenum: '85322361',
  duration: '00:02:58',
};

function currentCall(picture: Picture, channel: Channel, now: number): CurrentCall {
  const own = partyOf(channel);
  const other = picture.otherSideOf(channel);
  return {
    calleridname: own.name,
    calleridnum: own.num,
    channel: channel.name,
    channelstate: String(channel.state),
    channelstatedesc: channel.stateDesc,
    connectedlinename: other.name,
    connectedlinenum: other.num,
    duration: duration(now - channel.createdAt),
  };
}

/**
 * Every channel that a person holds, oldest first (contract §4.1, §5.2); with an extension, those of calls in which its
 * phone takes part.
 */
export function peopleChannels(picture: Picture, own?: string): Channel[] {
  const calls = new Set<Call>();
  for (const { extension, call } of picture.channels.values()) if (extension === own) calls.add(call);
  return [...picture.channels.values()].filter(
    (channel) => !isInternalName(channel.name) && (own === undefined || calls.has(channel.call)),
  );
}

/** Contract §4.1. */
export function currentCalls(picture: Picture, now: number, own?: string): CurrentCall[] {
  return peopleChannels(picture, own).map((channel) => currentCall(picture, channel, now));
}

/** A row of contract §4.2. */
export const registrationSchema = is.object({
  Exten: is.text('the extension'),
  Type: is.word(['SIP', 'PJSIP']),
  IPAddr: is.text('without the port; `-none-` when no phone is registered'),
  Status: is.text('`OK (45 ms)`; `OK` without qualify; `UNKNOWN` when no phone is registered'),
});

/** Samples of it. */
export const registrationSamples: readonly ValueOf<typeof registrationSchema>[] = [
  { Exten: '801', Type: 'SIP', IPAddr: '192.168.12.4', Status: 'OK (45 ms)' },
  { Exten: '802', Type: 'SIP', IPAddr: '-none-', Status: 'UNKNOWN' },
];

/**
 * Contract §4.2: every extension that has a phone, with where it is; trunks are left out. Clients know a row by its
 * extension: of several devices the one that can be reached best speaks for it.
 */
export function extensionStatus(picture: Picture, registrations: readonly Registration[]): Record<string, string>[] {
  const best = new Map<string, Registration>();
  for (const registration of registrations) {
    const exten = picture.directory.extensionOf(registration.device);
    const before = best.get(exten);
    if (before === undefined || reachOf(registration) > reachOf(before)) best.set(exten, registration);
  }
  return [...best]
    .filter(([exten]) => exten !== '')
    .sort(([one], [other]) => byNumber(one, other))
    .map(([exten, { type, ipAddr, status }]) => ({ Exten: exten, Type: type, IPAddr: ipAddr, Status: status }));
}

/** 2: it can be reached; 1: it is registered; 0: it is not. */
function reachOf({ status, ipAddr }: Registration): number {
  return status.startsWith('OK') ? 2 : ipAddr === '-none-' ? 0 : 1;
}

/** A member's device state (AST_DEVICE) as the extension state it would give (AST_EXTENSION). */
const extensionState = ['4', '0', '1', '2', '4', '4', '8', '9', '16'] as const;

/** Asterisk's words for these (main/pbx.c, extension_states). */
const stateWords: Readonly<Record<(typeof extensionState)[number], string>> = {
  0: 'Idle',
  1: 'InUse',
  2: 'Busy',
  4: 'Unavailable',
  8: 'Ringing',
  9: 'InUse&Ringing',
  16: 'Hold',
};

/** A row of contract §4.3. */
export const hintSchema = is.object({
  agentName: is.text('the extension'),
  extension: is.text(),
  extenType: is.word(['analogCallCenter']),
  status: is.text('0 idle, 1 in use, 2 busy, 4 unavailable, 8 ringing, 16 on hold, and their sums'),
});
type Hint = ValueOf<typeof hintSchema>;

/** A sample of it. */
export const hintSample: Hint = { agentName: '800', extension: '800', extenType: 'analogCallCenter', status: '0' };

/** How an extension does. */
export interface ExtensionState {
  readonly exten: string;
  /** Its devices, joined by `&`; what its hint watches, or the member's interface, if it has none. */
  readonly devices: string;
  /** AST_EXTENSION (contract §3.4). */
  readonly status: string;
  /** Asterisk's word for it. */
  readonly statusText: string;
}

/** Every extension that is an agent or has a hint, sorted as people count (contract §4.3, §5.2). */
export function extensionStates(picture: Picture): ExtensionState[] {
  const { directory } = picture;
  const states = new Map<string, ExtensionState>();
  const note = (exten: string, watched: string, status: string, statusText: string): void => {
    const devices = directory.devicesOf(exten).join('&') || watched;
    states.set(exten, { exten, devices, status, statusText });
  };
  for (const queue of picture.queues.values()) {
    for (const member of queue.members.values()) {
      if (!member.isListed) continue;
      const exten = extensionOfMember(directory, member);
      const status = extensionState[member.status] ?? '4';
      if (exten !== '') note(exten, member.interface, status, stateWords[status]);
    }
  }
  for (const exten of directory.hints.keys()) {
    const hint = directory.hintOf(exten);
    if (hint !== undefined) note(exten, hint.hint, hint.status, hint.statusText);
  }
  return [...states.values()].sort((one, other) => byNumber(one.exten, other.exten));
}

/** Contract §4.3. */
export function hintsStatus(picture: Picture): Hint[] {
  return extensionStates(picture).map(({ exten, status }) => ({
    agentName: exten,
    extension: exten,
    extenType: 'analogCallCenter',
    status,
  }));
}
