import { bridgeEnter, bridgeLeave, hold, musicOnHoldStop, unhold } from './bridges.ts';
import { cdr } from './cdr.ts';
import { dialState, hangup, hangupRequest, newchannel, rename, update } from './channels.ts';
import { dialBegin, dialEnd, originateResponse } from './dials.ts';
import { extensionStatus } from './extensions.ts';
import type { Handler } from '../state.ts';
import { keyPressed, newexten } from './menus.ts';
import { parkedCall, parkingOver } from './parking.ts';
import { memberAdded, memberChanged, memberPaused, memberRemoved } from './queues.ts';
import { mixMonitorStop } from './recordings.ts';
import { attendedTransfer, blindTransfer } from './transfers.ts';
import { chanSpyStart, varSet } from './variables.ts';
import { agentCalled, agentConnect, callerJoined, callerLeft } from './queue-visits.ts';

/** All events that the picture takes; any other is not even parsed. */
export const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['Newchannel', newchannel],
  ['Newstate', update],
  ['NewCallerid', update],
  ['NewConnectedLine', update],
  ['Rename', rename],
  ['HangupRequest', hangupRequest],
  ['Hangup', hangup],
  ['DialBegin', dialBegin],
  ['DialState', dialState],
  ['DialEnd', dialEnd],
  ['OriginateResponse', originateResponse],
  ['BridgeEnter', bridgeEnter],
  ['BridgeLeave', bridgeLeave],
  ['Hold', hold],
  ['Unhold', unhold],
  ['MusicOnHoldStop', musicOnHoldStop],
  ['Newexten', newexten],
  ['DTMFEnd', keyPressed],
  ['ExtensionStatus', extensionStatus],
  ['QueueMemberAdded', memberAdded],
  ['QueueMemberStatus', memberChanged],
  ['QueueMemberPause', memberPaused],
  ['QueueMemberPenalty', memberChanged],
  ['QueueMemberRinginuse', memberChanged],
  ['QueueMemberRemoved', memberRemoved],
  ['QueueCallerJoin', callerJoined],
  ['QueueCallerLeave', callerLeft],
  ['QueueCallerAbandon', callerLeft],
  ['AgentCalled', agentCalled],
  ['AgentConnect', agentConnect],
  ['BlindTransfer', blindTransfer],
  ['ParkedCall', parkedCall],
  ['ParkedCallSwap', parkedCall],
  ['UnParkedCall', parkingOver],
  ['ParkedCallTimeOut', parkingOver],
  ['ParkedCallGiveUp', parkingOver],
  ['AttendedTransfer', attendedTransfer],
  ['VarSet', varSet],
  ['MixMonitorStop', mixMonitorStop],
  ['ChanSpyStart', chanSpyStart],
  ['Cdr', cdr],
]);
