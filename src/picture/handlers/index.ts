import { bridgeEnter, bridgeLeave, hold, unhold } from './bridges.ts';
import { cdr } from './cdr.ts';
import { hangup, newchannel, rename, update } from './channels.ts';
import { dialBegin, dialEnd, originateResponse } from './dials.ts';
import { extensionStatus } from './extensions.ts';
import type { Handler } from './handler.ts';
import { callerJoined, callerLeft, memberChanged, memberPaused, memberRemoved } from './queues.ts';
import { chanSpyStart, varSet } from './recordings.ts';

/** Every event the picture is made of; what is not named here is not even parsed. */
export const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['Newchannel', newchannel],
  ['Newstate', update],
  ['NewCallerid', update],
  ['NewConnectedLine', update],
  ['Rename', rename],
  ['Hangup', hangup],
  ['DialBegin', dialBegin],
  ['DialEnd', dialEnd],
  ['OriginateResponse', originateResponse],
  ['BridgeEnter', bridgeEnter],
  ['BridgeLeave', bridgeLeave],
  ['Hold', hold],
  ['Unhold', unhold],
  ['ExtensionStatus', extensionStatus],
  ['QueueMemberAdded', memberChanged],
  ['QueueMemberStatus', memberChanged],
  ['QueueMemberPause', memberPaused],
  ['QueueMemberPenalty', memberChanged],
  ['QueueMemberRinginuse', memberChanged],
  ['QueueMemberRemoved', memberRemoved],
  ['QueueCallerJoin', callerJoined],
  ['QueueCallerLeave', callerLeft],
  ['QueueCallerAbandon', callerLeft],
  ['VarSet', varSet],
  ['ChanSpyStart', chanSpyStart],
  ['Cdr', cdr],
]);
