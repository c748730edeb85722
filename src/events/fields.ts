import { is, type Schema } from '../system/schema.ts';

/** Fields that several events have, with what they say. */
export const common = {
  timestamp: is.text('seconds since 1970, with microseconds'),
  uniqueid: is.text('the call'),
  mac: is.text('the box’s MAC'),
  /** `YYYY-MM-DD HH:mm:ss`. */
  time: (description: string): Schema<string> => is.text(`${description}, in the time of the box`),
  seconds: (description: string): Schema<string> => is.pattern('^[0-9]+$', `seconds ${description}`),
};
