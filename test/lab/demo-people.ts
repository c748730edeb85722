import { hashPassword } from '../../src/users/password.ts';
import { formatUser, type User } from '../../src/users/user.ts';

/** The password of everybody in the demo, which listens on the loopback alone. */
export const demoPassword = 'call-centre';

/** Who signs in to the pages of the demo. */
export const demoPeople = {
  boss: { role: 'supervisor', extension: '804' },
  anna: { role: 'agent', extension: '802' },
  screen: { role: 'wallboard', extension: '' },
  root: { role: 'admin', extension: '' },
} as const satisfies Readonly<Record<string, Pick<User, 'role' | 'extension'>>>;

/** The section `[users]` with all of them. */
export async function demoUsers(): Promise<Record<string, string>> {
  const hash = await hashPassword(demoPassword);
  const lines = Object.entries(demoPeople).map(
    ([name, user]) => formatUser({ name, ...user, hash }).split(' = ') as [string, string],
  );
  return Object.fromEntries(lines);
}
