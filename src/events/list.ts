import type { Change } from '../picture/model.ts';
import { agentstate } from './agentstate.ts';
import { ccCdr } from './cc_cdr.ts';
import { cdr } from './cdr.ts';
import { dialanswer } from './dialanswer.ts';
import { dialbegein } from './dialbegein.ts';
import { dialend } from './dialend.ts';
import { disposition } from './disposition.ts';
import { extensionstatus } from './extensionstatus.ts';
import { hangup } from './hangup.ts';
import { ivr } from './ivr.ts';
import { missedcall, missedcallClaimed, missedcallClosed } from './missedcall.ts';
import { recording } from './recording.ts';
import type { EventMaker, PushedEvent, EventContext } from './event.ts';

/** Every pushed event: a new one is a new file and a line here. */
const makers: readonly EventMaker[] = [
  dialbegein,
  dialanswer,
  dialend,
  hangup,
  extensionstatus,
  ivr,
  cdr,
  ccCdr,
  recording,
  disposition,
  agentstate,
  missedcall,
  missedcallClaimed,
  missedcallClosed,
];

/**
 * Makes the events that are pushed. Comes in: a change of the picture. Goes out: the bodies for the customer's servers.
 * Pure; knows nothing of who receives them, or when. (Calls that only the logs tell of: cc_cdr-of-logs.ts.)
 */
export function eventsOf(change: Change, context: EventContext): PushedEvent[] {
  return makers.flatMap((make) => make(change, context) ?? []);
}
