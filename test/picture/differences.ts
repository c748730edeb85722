import type { AmiMessage } from '../../src/ami/message.ts';
import type { Picture } from '../../src/picture/picture.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';

type Rows = ReadonlyMap<string, Readonly<Record<string, string>>>;

const known = (value: string): string => (value === '<unknown>' ? '' : value);

function difference(what: string, picture: Rows, asterisk: Rows): string[] {
  const keys = new Set([...picture.keys(), ...asterisk.keys()]);
  return [...keys].flatMap((key) => {
    const own = JSON.stringify(picture.get(key)) as string | undefined;
    const real = JSON.stringify(asterisk.get(key)) as string | undefined;
    return own === real ? [] : [`${what} ${key}: the picture has ${own ?? 'nothing'}, Asterisk ${real ?? 'nothing'}`];
  });
}

function rows(items: readonly AmiMessage[], key: (item: AmiMessage) => string, fields: readonly string[]): Rows {
  return new Map(
    items.map((item) => [key(item), Object.fromEntries(fields.map((field) => [field, known(item.get(field))]))]),
  );
}

const channelFields = [
  'Channel',
  'ChannelState',
  'ChannelStateDesc',
  'CallerIDNum',
  'CallerIDName',
  'ConnectedLineNum',
  'ConnectedLineName',
  'Linkedid',
  'BridgeId',
];
const memberFields = ['Name', 'StateInterface', 'Membership', 'Penalty', 'Status', 'PausedReason', 'Paused', 'InCall'];

/** All differences between the picture and Asterisk's CoreShowChannels, QueueStatus and ExtensionStateList, in words. */
export function differences(picture: Picture, lists: Pick<Snapshot, 'channels' | 'queues' | 'hints'>): string[] {
  const channels: Rows = new Map(
    [...picture.channels.values()].map((channel) => [
      channel.uniqueid,
      {
        Channel: channel.name,
        ChannelState: String(channel.state),
        ChannelStateDesc: channel.stateDesc,
        CallerIDNum: channel.callerIdNum,
        CallerIDName: channel.callerIdName,
        ConnectedLineNum: channel.connectedLineNum,
        ConnectedLineName: channel.connectedLineName,
        Linkedid: channel.linkedid,
        BridgeId: channel.bridge,
      },
    ]),
  );
  const members: Rows = new Map(
    [...picture.queues.values()].flatMap((queue) =>
      [...queue.members.values()].map((member) => [
        `${queue.name} ${member.interface}`,
        {
          Name: member.name,
          StateInterface: member.stateInterface,
          Membership: member.membership,
          Penalty: member.penalty,
          Status: String(member.status),
          PausedReason: member.pausedReason,
          Paused: member.paused ? '1' : '0',
          InCall: member.inCall ? '1' : '0',
        },
      ]),
    ),
  );
  const waiting: Rows = new Map(
    [...picture.queues.values()].flatMap((queue) =>
      [...queue.waiting.keys()].map((uniqueid) => [`${queue.name} ${uniqueid}`, {}]),
    ),
  );
  const queues: Rows = new Map([...picture.queues.keys()].map((name) => [name, {}]));
  const hints: Rows = new Map(
    [...picture.directory.hints].flatMap(([exten, contexts]) =>
      [...contexts.values()].map((hint) => [
        `${exten}@${hint.context}`,
        { Hint: hint.hint, Status: hint.status, StatusText: hint.statusText },
      ]),
    ),
  );
  const listed = (name: string): AmiMessage[] => lists.queues.filter((item) => item.name === name);
  return [
    ...difference(
      'channel',
      channels,
      rows(lists.channels, (item) => item.get('Uniqueid'), channelFields),
    ),
    ...difference(
      'queue',
      queues,
      rows(listed('QueueParams'), (item) => item.get('Queue'), []),
    ),
    ...difference(
      'member',
      members,
      rows(listed('QueueMember'), (item) => `${item.get('Queue')} ${item.get('Location')}`, memberFields),
    ),
    ...difference(
      'waiting',
      waiting,
      rows(listed('QueueEntry'), (item) => `${item.get('Queue')} ${item.get('Uniqueid')}`, []),
    ),
    ...difference(
      'hint',
      hints,
      rows(lists.hints, (item) => `${item.get('Exten')}@${item.get('Context')}`, ['Hint', 'Status', 'StatusText']),
    ),
  ];
}
