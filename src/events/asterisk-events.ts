import type { Change, Channel, Leg } from '../picture/model.ts';
import type { ObjectOf } from '../system/schema.ts';
import type { channelTexts, EventName, FieldsOf } from './asterisk-event-fields.ts';
import type { EventContext, PushedEvent } from './event.ts';

/** A signal in Asterisk's words. The format that has them makes `Event` of `event`. */
function signal<E extends EventName>(event: E, callId: string, rowKey: string, fields: FieldsOf<E>): PushedEvent {
  return { class: 'signal', callId, rowKey, body: { event, ...fields } };
}

/** What every event of a channel carries. */
function channelFields(channel: Channel, exten: string): ObjectOf<typeof channelTexts> {
  return {
    Channel: channel.name,
    ChannelState: String(channel.state),
    ChannelStateDesc: channel.stateDesc,
    CallerIDNum: channel.callerIdNum,
    CallerIDName: channel.callerIdName,
    ConnectedLineNum: channel.connectedLineNum,
    ConnectedLineName: channel.connectedLineName,
    Exten: exten,
    Uniqueid: channel.uniqueid,
    Linkedid: channel.linkedid,
  };
}

/** Where a channel is in the dialplan; where it was made, before its first step. */
function extenOf({ dialplanStep, exten }: Channel): string {
  return dialplanStep === '' ? exten : dialplanStep.slice(0, dialplanStep.lastIndexOf('@'));
}

/** DialBegin has the channel that dials, unless Asterisk itself does (Originate), and the one that rings. */
function legFields({
  source,
  sourceName,
  caller,
  callee,
  destName,
  destUniqueid,
  dialString,
  call,
}: Leg): Omit<FieldsOf<'DialBegin'>, 'Timestamp'> {
  const dest = call.channels.get(destUniqueid);
  const from = source === undefined ? {} : { ...channelFields(source, extenOf(source)), Channel: sourceName };
  return {
    ...from,
    CallerIDNum: caller.num,
    CallerIDName: caller.name,
    Linkedid: source?.linkedid ?? dest?.linkedid ?? call.id,
    DestChannel: destName,
    DestCallerIDNum: callee.num,
    DestCallerIDName: callee.name,
    DestConnectedLineNum: dest?.connectedLineNum ?? '',
    DestConnectedLineName: dest?.connectedLineName ?? '',
    DestUniqueid: destUniqueid,
    DestLinkedid: dest?.linkedid ?? call.id,
    DialString: dialString,
  };
}

/**
 * The signals that only receivers of Asterisk's own events get (contract §5.4); none while there is no such receiver. The
 * rows among those events are the records that all receivers get.
 */
export function asteriskEventsOf(change: Change, { tellsAsterisk = false }: EventContext): PushedEvent[] {
  return tellsAsterisk ? makers.flatMap((make) => make(change) ?? []) : [];
}

type Maker = (change: Change) => PushedEvent | undefined;

const channelEvent: Maker = (change) => {
  if (change.type !== 'new-channel' && change.type !== 'bridge-enter') return undefined;
  const { channel, exten, timestamp: Timestamp } = change;
  const { uniqueid, bridge, call } = channel;
  const fields = channelFields(channel, exten);
  if (change.type === 'new-channel') return signal('Newchannel', call.id, uniqueid, { Timestamp, ...fields });
  const rowKey = `${uniqueid} ${bridge} ${Timestamp}`;
  return signal('BridgeEnter', call.id, rowKey, { Timestamp, BridgeUniqueid: bridge, ...fields });
};

const dialBegin: Maker = (change) => {
  if (change.type !== 'dial-begin') return undefined;
  const { leg, timestamp: Timestamp } = change;
  return signal('DialBegin', leg.call.id, leg.destUniqueid, { Timestamp, ...legFields(leg) });
};

const hangup: Maker = (change) => {
  if (change.type !== 'hangup') return undefined;
  const { channel, told, timestamp: Timestamp } = change;
  const cause = told === undefined ? {} : { Cause: told.cause, 'Cause-txt': told.causeText };
  const fields = { Timestamp, ...channelFields(channel, told?.exten ?? extenOf(channel)), ...cause };
  return signal('Hangup', channel.call.id, channel.uniqueid, fields);
};

const agentEvent: Maker = (change) => {
  if (change.type !== 'agent-login' && change.type !== 'agent-logoff') return undefined;
  const { queue, member, agent, timestamp: Timestamp } = change;
  return signal(
    change.type === 'agent-login' ? 'AgentLogin' : 'AgentLogoff',
    `agent ${member.interface}`,
    `${queue} ${Timestamp}`,
    { Timestamp, Agent: agent, Exten: agent, Queue: queue, MemberName: member.name, Interface: member.interface },
  );
};

const makers: readonly Maker[] = [channelEvent, dialBegin, hangup, agentEvent];
