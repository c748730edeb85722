import type { ApiConf } from '../lab/daemon.ts';
import { hashPassword } from '../../src/users/password.ts';
import { formatUser, type User } from '../../src/users/user.ts';
import type { Person } from './open.ts';

const password = 'correct horse';

/** Users of the box that tests sign in as. */
export const people = {
  anna: { name: 'anna', password },
  wang: { name: 'wang', password },
  boss: { name: 'boss', password },
  screen: { name: 'screen', password },
  root: { name: 'root', password },
} as const satisfies Readonly<Record<string, Person>>;

const roles: Readonly<Record<keyof typeof people, Pick<User, 'role' | 'extension'>>> = {
  anna: { role: 'agent', extension: '800' },
  wang: { role: 'agent', extension: '801' },
  boss: { role: 'supervisor', extension: '804' },
  screen: { role: 'wallboard', extension: '' },
  root: { role: 'admin', extension: '' },
};

/** Role and extension of one of them. */
export function roleOf(name: keyof typeof people): Pick<User, 'role' | 'extension'> {
  return roles[name];
}

/** The section `[users]` with all of them. */
export async function usersSection(): Promise<ApiConf> {
  const hash = await hashPassword(password);
  const lines = Object.entries(roles).map(
    ([name, role]) => formatUser({ name, ...role, hash }).split(' = ') as [string, string],
  );
  return { users: Object.fromEntries(lines) };
}
