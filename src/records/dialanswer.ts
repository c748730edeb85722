import { legFields } from './dialbegein.ts';
import type { Maker } from './record.ts';

/** A call leg was answered: ours, pushed only to who names it in `[push] events`; fields of dialbegein. */
export const dialanswer: Maker = (change, context) => {
  if (change.type !== 'dial-answer') return undefined;
  const { leg, timestamp } = change;
  return {
    class: 'signal',
    callId: leg.call.id,
    rowKey: leg.destUniqueid,
    body: legFields('dialanswer', timestamp, leg, context),
  };
};
