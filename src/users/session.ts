import type { Identity } from './identity.ts';

/** Somebody who may ask, and for how long. */
export interface Session {
  readonly identity: Identity;
  /** Milliseconds since 1970; `undefined`: as long as the WEBKEY stays what it is. */
  readonly until: number | undefined;
  /** Whether `Accounts` still knows the user as they were then; asked again by whoever serves long. */
  readonly isCurrent: () => boolean;
}
