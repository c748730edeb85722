import { parseUser, readUserName, type User, type Users } from '../users/user.ts';
import type { Assignment } from './lines.ts';

/**
 * `[users]`. A line that is wrong is told to `wrong` and left out: its user cannot sign in, and all others can. As an error
 * it would keep a daemon from starting.
 */
export function readUsers(entries: Iterable<Assignment>, wrong: (line: number, text: string) => void): Users {
  const users = new Map<string, User>();
  for (const { line, key, value } of entries) {
    const user = parseUser(key, value);
    if (typeof user === 'string') {
      wrong(line, `[users] ${readUserName(key) ?? key}: ${user}`);
      continue;
    }
    users.set(user.name, user);
  }
  return users;
}
