import { is, type ObjectOf, type Schema } from '../system/schema.ts';
import type { EventDoc } from './event-doc.ts';

/** Fields of Asterisk's events. */
export const channelTexts = {
  Channel: is.text(),
  ChannelState: is.text(),
  ChannelStateDesc: is.text(),
  CallerIDNum: is.text(),
  CallerIDName: is.text(),
  ConnectedLineNum: is.text(),
  ConnectedLineName: is.text(),
  Exten: is.text(),
  Uniqueid: is.text(),
  Linkedid: is.text(),
};
const { Channel, ChannelState, ChannelStateDesc, ConnectedLineNum, ConnectedLineName, Exten, Uniqueid } = channelTexts;
const Timestamp = is.text('seconds since 1970, with microseconds');

const agentTexts = {
  Timestamp,
  Agent: is.text('the extension'),
  Exten: is.text('the extension'),
  Queue: is.text(),
  MemberName: is.text(),
  Interface: is.text(),
};

/** The fields of each event behind its name, in their order. */
const eventFields = {
  Newchannel: { Timestamp, ...channelTexts },
  BridgeEnter: { Timestamp, BridgeUniqueid: is.text(), ...channelTexts },
  DialBegin: {
    Timestamp,
    Channel: is.optional(Channel),
    ChannelState: is.optional(ChannelState),
    ChannelStateDesc: is.optional(ChannelStateDesc),
    CallerIDNum: is.text(),
    CallerIDName: is.text(),
    ConnectedLineNum: is.optional(ConnectedLineNum),
    ConnectedLineName: is.optional(ConnectedLineName),
    Exten: is.optional(Exten),
    Uniqueid: is.optional(Uniqueid),
    Linkedid: is.text(),
    DestChannel: is.text('the channel that rings'),
    DestCallerIDNum: is.text(),
    DestCallerIDName: is.text(),
    DestConnectedLineNum: is.text(),
    DestConnectedLineName: is.text(),
    DestUniqueid: is.text(),
    DestLinkedid: is.text(),
    DialString: is.text(),
  },
  Hangup: {
    Timestamp,
    ...channelTexts,
    Cause: is.optional(is.text('number of the cause; left out where Asterisk did not tell it')),
    'Cause-txt': is.optional(is.text()),
  },
  AgentLogin: agentTexts,
  AgentLogoff: agentTexts,
} as const;

/** Asterisk's own events that are told. */
export type EventName = keyof typeof eventFields;
/** The fields of one of them. */
export type FieldsOf<E extends EventName> = ObjectOf<(typeof eventFields)[E]>;

const summaries: Readonly<Record<EventName, string>> = {
  Newchannel: 'A channel of a call is there (§5.4)',
  BridgeEnter: 'A channel is connected with others (§5.4)',
  DialBegin: 'A leg of a call starts ringing (§5.4)',
  Hangup: 'A channel of a call is gone (§5.4)',
  AgentLogin: 'An extension became a member of a queue (§5.4)',
  AgentLogoff: 'An extension is no member of a queue any more (§5.4)',
};

/** From calls on a real Asterisk 22. */
const samples: { readonly [E in EventName]: FieldsOf<E> } = {
  Newchannel: {
    Timestamp: '1795390661.260304',
    Channel: 'PJSIP/trunk-00000000',
    ChannelState: '4',
    ChannelStateDesc: 'Ring',
    CallerIDNum: '85322361',
    CallerIDName: '',
    ConnectedLineNum: '',
    ConnectedLineName: '',
    Exten: '123456',
    Uniqueid: '1795390661.0',
    Linkedid: '1795390661.0',
  },
  BridgeEnter: {
    Timestamp: '1795390662.010647',
    BridgeUniqueid: '7d0c2a53-5b0e-4f6c-9d43-0d5b8f0c6a11',
    Channel: 'PJSIP/800-00000001',
    ChannelState: '6',
    ChannelStateDesc: 'Up',
    CallerIDNum: '800',
    CallerIDName: 'Agent 800',
    ConnectedLineNum: '85322361',
    ConnectedLineName: '',
    Exten: '630',
    Uniqueid: '1795390661.1',
    Linkedid: '1795390661.0',
  },
  DialBegin: {
    Timestamp: '1795390661.347838',
    Channel: 'PJSIP/trunk-00000000',
    ChannelState: '6',
    ChannelStateDesc: 'Up',
    CallerIDNum: '85322361',
    CallerIDName: '',
    ConnectedLineNum: '',
    ConnectedLineName: '',
    Exten: 's',
    Uniqueid: '1795390661.0',
    Linkedid: '1795390661.0',
    DestChannel: 'PJSIP/800-00000001',
    DestCallerIDNum: '800',
    DestCallerIDName: 'Agent 800',
    DestConnectedLineNum: '85322361',
    DestConnectedLineName: '',
    DestUniqueid: '1795390661.1',
    DestLinkedid: '1795390661.0',
    DialString: 'PJSIP/800',
  },
  Hangup: {
    Timestamp: '1795390662.609805',
    Channel: 'PJSIP/800-00000001',
    ChannelState: '6',
    ChannelStateDesc: 'Up',
    CallerIDNum: '800',
    CallerIDName: 'Agent 800',
    ConnectedLineNum: '85322361',
    ConnectedLineName: '',
    Exten: '630',
    Uniqueid: '1795390661.1',
    Linkedid: '1795390661.0',
    Cause: '16',
    'Cause-txt': 'Normal Clearing',
  },
  AgentLogin: {
    Timestamp: '1795390661.258945',
    Agent: '800',
    Exten: '800',
    Queue: '630',
    MemberName: 'PJSIP/800',
    Interface: 'PJSIP/800',
  },
  AgentLogoff: {
    Timestamp: '1795390690.015201',
    Agent: '800',
    Exten: '800',
    Queue: '630',
    MemberName: 'PJSIP/800',
    Interface: 'PJSIP/800',
  },
};

/** The documentation of each, as receivers of Asterisk's own events get them. */
export const asteriskEventDocs: readonly EventDoc[] = (Object.keys(eventFields) as EventName[]).map((name) => ({
  name,
  class: 'signal',
  summary: summaries[name],
  schema: is.object<Readonly<Record<string, Schema<string>>>>({ Event: is.word([name]), ...eventFields[name] }),
  samples: [{ Event: name, ...samples[name] }],
}));
