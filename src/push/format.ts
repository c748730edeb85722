import type { Entry } from '../store/store.ts';

/** How a receiver wants events to be written. Pure: an event is the same at every attempt. */
export interface Format {
  readonly contentType: string;
  /** What it calls events of this name; `undefined`: it has no word for them, and the receiver does not get them. */
  nameOf(event: string): string | undefined;
  /** The request body; `undefined`: what is stored cannot be written so. */
  write(entry: Entry): string | undefined;
}

/** As it is stored. */
export const asStored: Format = {
  contentType: 'application/json',
  nameOf: (event) => event,
  write: ({ body }) => body,
};
