import type { AmiMessage } from '../ami/message.ts';
import { isDenied, requireSuccess } from '../ami/require-success.ts';
import { deviceOf, known } from '../picture/channel-name.ts';
import { byNumber } from '../picture/directory.ts';
import { Refusal } from '../system/refusal.ts';
import type { ControlDeps } from './deps.ts';

type YesNo = 'Yes' | 'No';

/** A conference that goes on. */
export interface Conference {
  readonly name: string;
  /** How many are in it, and how many of them are marked. */
  readonly parties: string;
  readonly marked: string;
  readonly locked: YesNo;
  readonly muted: YesNo;
}

/** Somebody in a conference. */
export interface ConferenceUser {
  readonly channel: string;
  readonly uniqueid: string;
  /** `''`: not an extension of the box. */
  readonly exten: string;
  readonly callerIdNum: string;
  readonly callerIdName: string;
  readonly admin: YesNo;
  readonly marked: YesNo;
  readonly muted: YesNo;
  /** Seconds since their call was answered. */
  readonly answeredTime: string;
}

/** Asterisk's texts (apps/app_confbridge.c) when there is no such conference, or none at all. */
const absent = /^no (active conferences|conference by that name)/i;
const noSuchConference = 'No Conference by that name found.';
const noSuchUser = 'No Channel by that name found in Conference.';

const yesNo = (value: string): YesNo => (value.toLowerCase() === 'yes' ? 'Yes' : 'No');

/** Contract §5.2, conf-list: every conference of ConfBridge(), by name. */
export async function conferences({ ami }: Pick<ControlDeps, 'ami'>): Promise<Conference[]> {
  const { response, items } = await ami.list('ConfbridgeListRooms');
  if (absent.test(response.get('Message'))) return [];
  requireDone(response);
  return items
    .map((item) => ({
      name: item.get('Conference'),
      parties: item.get('Parties'),
      marked: item.get('Marked'),
      locked: yesNo(item.get('Locked')),
      muted: yesNo(item.get('Muted')),
    }))
    .sort((a, b) => byNumber(a.name, b.name));
}

/** Contract §5.2, conf-info: who is in a conference. `not-found` when it does not go on. */
export async function conferenceUsers(
  { ami, picture }: Pick<ControlDeps, 'ami' | 'picture'>,
  name: string,
): Promise<ConferenceUser[]> {
  const { response, items } = await ami.list('ConfbridgeList', { Conference: name });
  requireDone(response);
  return items.map((item) => ({
    channel: item.get('Channel'),
    uniqueid: item.get('Uniqueid'),
    exten: picture.directory.extensionOf(deviceOf(item.get('Channel'))),
    callerIdNum: known(item.get('CallerIDNum')),
    callerIdName: known(item.get('CallerIDName')),
    admin: yesNo(item.get('Admin')),
    marked: yesNo(item.get('MarkedUser')),
    muted: yesNo(item.get('Muted')),
    answeredTime: item.get('AnsweredTime'),
  }));
}

/**
 * Contract §5.2, mute-user, unmute-user, kick-user. `not-found`: no such conference, or that channel is not in it.
 */
export async function changeUser(
  deps: Pick<ControlDeps, 'ami' | 'picture'>,
  change: 'Mute' | 'Unmute' | 'Kick',
  name: string,
  channel: string,
): Promise<void> {
  // Asterisk takes the beginning of a name for any channel that begins so, and `all` for everybody.
  const users = await conferenceUsers(deps, name);
  if (!users.some((user) => user.channel === channel)) throw new Refusal('not-found', noSuchUser);
  requireDone(await deps.ami.action(`Confbridge${change}`, { Conference: name, Channel: channel }));
}

/** Contract §5.2, lock-conf, unlock-conf: nobody else gets in. `not-found`: no such conference. */
export async function lockConference(
  { ami }: Pick<ControlDeps, 'ami'>,
  change: 'Lock' | 'Unlock',
  name: string,
): Promise<void> {
  requireDone(await ami.action(`Confbridge${change}`, { Conference: name }));
}

function requireDone(response: AmiMessage): void {
  const text = response.get('Message');
  if (response.name === 'Success' || isDenied(response)) requireSuccess(response);
  else if (absent.test(text)) throw new Refusal('not-found', noSuchConference);
  else if (/^no channel by that name/i.test(text)) throw new Refusal('not-found', noSuchUser);
  else if (/unknown command/i.test(text)) {
    throw new Refusal('unavailable', 'Asterisk has no conferences (its module app_confbridge is not loaded)');
  } else requireSuccess(response);
}
