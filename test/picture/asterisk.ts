import type { AmiMessage } from '../../src/ami/message.ts';
import { Picture } from '../../src/picture/picture.ts';
import type { PictureSettings } from '../../src/picture/picture.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { event } from './messages.ts';

/** Fields of both a channel's events and its list item. */
const snapshot =
  'Channel ChannelState ChannelStateDesc CallerIDNum CallerIDName ConnectedLineNum ConnectedLineName Linkedid';

/** Asterisk as its events describe it: gives the lists that it would answer with now. */
export class ToldAsterisk {
  readonly #channels = new Map<string, Record<string, string> & { begun: string }>();
  readonly #joined = new Map<string, number>();
  /** Missed nothing, so its queues and hints are Asterisk's. */
  readonly #picture: Picture;
  readonly #start: Snapshot;
  #now = 0;

  constructor(start: Snapshot, settings: PictureSettings) {
    this.#start = start;
    this.#picture = new Picture(settings);
    this.#picture.resync(start, 0);
  }

  apply(message: AmiMessage): void {
    this.#now = Number(message.get('Timestamp')) || this.#now;
    this.#picture.apply(message, this.#now * 1000);
    const uniqueid = message.get('Uniqueid');
    if (message.name === 'Newchannel') this.#channels.set(uniqueid, { begun: String(this.#now) });
    const channel = this.#channels.get(uniqueid);
    if (channel !== undefined) {
      for (const name of snapshot.split(' ')) {
        if (message.get(name) !== '') channel[name] = message.get(name);
      }
      const { name } = message;
      if (name === 'Newchannel') this.#at(channel, message.get('Context'), message.get('Exten'), '', '');
      else if (name === 'Newexten') {
        const [context, exten] = [message.get('Context'), message.get('Extension')];
        this.#at(channel, context, exten, message.get('Application'), message.get('AppData'));
      } else if (name === 'Rename') channel['Channel'] = message.get('Newname');
      else if (name === 'BridgeEnter') channel['BridgeId'] = message.get('BridgeUniqueid');
      else if (name === 'BridgeLeave' && channel['BridgeId'] === message.get('BridgeUniqueid'))
        channel['BridgeId'] = '';
      else if (name === 'QueueCallerJoin') this.#joined.set(uniqueid, this.#now);
      else if (name === 'Hangup') this.#channels.delete(uniqueid);
    }
    const rung = message.name === 'DialBegin' ? this.#channels.get(message.get('DestUniqueid')) : undefined;
    if (rung === undefined) return;
    const isQueue = channel?.['Application'] === 'Queue';
    const [context, exten] = [channel?.['Context'] ?? rung['Context'], channel?.['Exten'] ?? rung['Exten']];
    this.#at(
      rung,
      context,
      exten,
      channel === undefined ? 'AppDial2' : isQueue ? 'AppQueue' : 'AppDial',
      '(Outgoing Line)',
    );
  }

  /** CoreShowChannels, QueueStatus, ExtensionStateList. */
  lists(): Snapshot {
    const { queues, directory } = this.#picture;
    return {
      channels: [...this.#channels].map(([Uniqueid, { begun, ...fields }]) => {
        const seconds = Math.floor(this.#now - Number(begun));
        const Duration = new Date(seconds * 1000).toISOString().slice(11, 19);
        return event('CoreShowChannel', { ...fields, Uniqueid, Duration });
      }),
      queues: [...queues.values()].flatMap(({ name: Queue, members, waiting }) => [
        event('QueueParams', { Queue }),
        ...[...members.values()].map((member) =>
          event('QueueMember', {
            ...{ Queue, Location: member.interface, Name: member.name, StateInterface: member.stateInterface },
            ...{ Membership: member.membership, Penalty: member.penalty, PausedReason: member.pausedReason },
            ...{ Paused: member.paused ? '1' : '0', InCall: member.inCall ? '1' : '0' },
            ...{ LastPause: String(member.lastPause), Status: String(member.status) },
          }),
        ),
        ...[...waiting.keys()].map((Uniqueid) => {
          const Wait = String(Math.floor(this.#now - (this.#joined.get(Uniqueid) ?? this.#now)));
          return event('QueueEntry', { Queue, Uniqueid, Wait });
        }),
      ]),
      hints: [...directory.hints].flatMap(([Exten, contexts]) =>
        [...contexts.values()].map(({ context: Context, hint: Hint, status: Status, statusText: StatusText }) =>
          event('ExtensionStatus', { Exten, Context, Hint, Status, StatusText }),
        ),
      ),
      endpoints: this.#start.endpoints,
    };
  }

  #at(channel: Record<string, string>, Context = '', Exten = '', Application = '', ApplicationData = ''): void {
    Object.assign(channel, { Context, Exten, Application, ApplicationData });
  }
}
