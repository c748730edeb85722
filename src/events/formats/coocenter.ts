import { isAsterisks } from './format.ts';
import type { Format } from './format.ts';

/** The contract's own form (contract §3): what is stored, byte for byte. */
export const coocenter: Format = {
  contentType: 'application/json',
  nameOf: (event) => (isAsterisks(event) ? undefined : event),
  write: ({ body }) => body,
};
