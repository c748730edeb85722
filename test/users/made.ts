import { Accounts } from '../../src/users/accounts.ts';
import type { Users } from '../../src/users/user.ts';

/** Accounts without a file: a secret of zeros, the clock that is given. */
export function accountsWith(
  settings: () => { readonly webkey: string; readonly users?: Users },
  now: () => Date = () => new Date(),
): Accounts {
  return new Accounts({
    settings: () => ({ users: new Map(), ...settings() }),
    secret: () => Buffer.alloc(32),
    now,
  });
}
