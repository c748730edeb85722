import { legPush } from './dialbegein.ts';
import type { EventMaker } from './event.ts';

/** A call leg was answered: ours, pushed only to who names it in `[push] events`; fields of dialbegein. */
export const dialanswer: EventMaker = (change, context) =>
  change.type === 'dial-answer' ? legPush('dialanswer', change.timestamp, change.leg, context) : undefined;
