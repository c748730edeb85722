import { EventShape } from './event-shape.ts';

/**
 * The lines that every event begins with (`__ast_manager_event_multichan` of main/manager.c). SequenceNumber to Func are
 * there with `debug = yes` only, which costs Asterisk 10 to 20 % more CPU and bytes: nothing relies on them.
 */
const head = 'Event Privilege Timestamp? SequenceNumber? File? Line? Func? SystemName?';

/** What Asterisk writes of a channel (`ast_manager_build_channel_state_string` of main/manager_channels.c). */
const snapshot =
  'Channel ChannelState ChannelStateDesc CallerIDNum CallerIDName ConnectedLineNum ConnectedLineName ' +
  'Language AccountCode Context Exten Priority Uniqueid Linkedid';
export const channelFields: readonly string[] = snapshot.split(' ');
const bridge =
  'BridgeUniqueid BridgeType BridgeTechnology BridgeCreator BridgeName BridgeNumChannels ' +
  'BridgeVideoSourceMode? BridgeVideoSource?';
const member =
  'Queue MemberName Interface StateInterface? Membership? Penalty? CallsTaken? LastCall? LastPause? LoginTime? ' +
  'InCall? Status? Paused? PausedReason? Ringinuse? Wrapuptime? Reason?';

/** The same fields, each with a prefix: an event has these for its second channel or bridge. */
const of = (prefix: string, fields: string): string => fields.replaceAll(/(?<=^| )/g, prefix);
/** The same fields, all optional. */
const maybe = (fields: string): string => fields.replaceAll(/\??(?= |$)/g, '?');

const dial = `${maybe(snapshot)} ${of('Dest', snapshot)}`;
const parked =
  `${of('Parkee', snapshot)} ${maybe(of('Parker', snapshot))} ${maybe(of('Retriever', snapshot))} ` +
  'ParkerDialString? Parkinglot ParkingSpace ParkingTimeout? ParkingDuration?';
const agent = `${snapshot} ${maybe(of('Dest', snapshot))} Queue Interface MemberName`;

const bodies: Readonly<Record<string, string>> = {
  AgentCalled: agent,
  AgentConnect: `${agent} HoldTime? RingTime?`,
  AttendedTransfer:
    `Result ${of('OrigTransferer', snapshot)} ${maybe(of('Orig', bridge))} ${of('SecondTransferer', snapshot)} ` +
    `${maybe(of('Second', bridge))} ${maybe(of('Transferee', snapshot))} ${maybe(of('TransferTarget', snapshot))} ` +
    `IsExternal? DestType DestBridgeUniqueid? DestApp? ${maybe(of('LocalOne', snapshot))} ` +
    `${maybe(of('LocalTwo', snapshot))} DestTransfererChannel? ${maybe(of('Transferee', snapshot))}`,
  BlindTransfer:
    `Result ${of('Transferer', snapshot)} ${maybe(of('Transferee', snapshot))} ${maybe(bridge)} ` +
    'IsExternal? Context Extension',
  BridgeEnter: `${bridge} ${snapshot} SwapUniqueid?`,
  BridgeLeave: `${bridge} ${snapshot}`,
  Cdr:
    'AccountCode Source Destination DestinationContext CallerID Channel DestinationChannel LastApplication LastData ' +
    'StartTime AnswerTime EndTime Duration BillableSeconds Disposition AMAFlags UniqueID UserField',
  ChanSpyStart: `${of('Spyer', snapshot)} ${maybe(of('Spyee', snapshot))}`,
  DTMFEnd: `${snapshot} Digit DurationMs? Direction`,
  DialBegin: `${dial} DialString?`,
  DialEnd: `${dial} Forward? DialStatus`,
  DialState: `${dial} DialStatus?`,
  ExtensionStatus: 'Exten Context Hint Status StatusText?',
  Hangup: `${snapshot} Cause Cause-txt TechCause?`,
  HangupRequest: `${snapshot} Cause? TechCause?`,
  Hold: `${snapshot} MusicClass?`,
  MixMonitorStop: snapshot,
  MusicOnHoldStop: `${snapshot} Class?`,
  NewCallerid: `${snapshot} CID-CallingPres`,
  NewConnectedLine: snapshot,
  Newchannel: snapshot,
  Newexten: `${snapshot} Extension Application AppData`,
  Newstate: snapshot,
  OriginateResponse:
    'ActionID? Response Channel Context? Exten? Application? Data? Reason Uniqueid CallerIDNum CallerIDName',
  ParkedCall: parked,
  ParkedCallGiveUp: parked,
  ParkedCallSwap: parked,
  ParkedCallTimeOut: parked,
  QueueCallerAbandon: `${snapshot} Queue Position OriginalPosition HoldTime`,
  QueueCallerJoin: `${snapshot} Queue Position Count`,
  QueueCallerLeave: `${snapshot} Queue Position Count`,
  QueueMemberAdded: member,
  QueueMemberPause: member,
  QueueMemberPenalty: member,
  QueueMemberRemoved: member,
  QueueMemberRinginuse: member,
  QueueMemberStatus: member,
  Reload: 'Module Status',
  Rename: 'Channel Newname Uniqueid',
  UnParkedCall: parked,
  Unhold: snapshot,
  VarSet: `Channel ${maybe(snapshot.replace('Channel ', '')).replace('Uniqueid?', 'Uniqueid')} Variable Value`,
};

/** Items of lists that hold a caller's text; they have an ActionID and no Privilege. */
const items: Readonly<Record<string, string>> = {
  ConfbridgeList:
    'Event ActionID Conference Admin MarkedUser WaitMarked? EndMarked? EndMarkedAny? Waiting? Muted Talking? ' +
    `AnsweredTime? ${snapshot}`,
  ConfbridgeListRooms: 'Event ActionID Conference Parties Marked Locked Muted?',
  CoreShowChannel: `Event ActionID ${snapshot} Application ApplicationData Duration BridgeId`,
  ExtensionStatus: 'Event ActionID Exten Context Hint Status StatusText?',
  QueueEntry:
    'Event Queue Position Channel Uniqueid CallerIDNum CallerIDName ConnectedLineNum ConnectedLineName Wait ' +
    'Priority? ActionID',
};

const compiled = (fields: Readonly<Record<string, string>>, before: string): ReadonlyMap<string, EventShape> =>
  new Map(Object.entries(fields).map(([name, body]) => [name, new EventShape(`${before}${body}`.split(' '))]));

/**
 * How Asterisk 16 to 22 write the events that the picture is made of: the fields in their order, as main/manager_*.c,
 * apps/app_queue.c and cdr/cdr_manager.c have them and recordings of 16 and 22 show them.
 */
export const eventShapes = compiled(bodies, `${head} `);

/** The same with `timestampevents` of manager.conf on: a forged event must then have a Timestamp too. */
export const stampedShapes = compiled(bodies, `${head.replace('Timestamp?', 'Timestamp')} `);

/** The same for items of lists. */
export const itemShapes = compiled(items, '');
