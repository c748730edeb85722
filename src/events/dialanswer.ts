import { legPush } from './dialbegein.ts';
import type { EventMaker } from './event.ts';

/** A call leg was answered: our own event with the fields of dialbegein, pushed only where `[push] events` names it. */
export const dialanswer: EventMaker = (change, context) =>
  change.type === 'dial-answer' ? legPush('dialanswer', change.timestamp, change.leg, context) : undefined;
