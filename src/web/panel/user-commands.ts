import type { UsersAnswer } from '../../http/routes/users.ts';

/** Somebody who may sign in. */
export type UserRow = UsersAnswer['users'][number];

/** Every role, the least first. */
export const roles = ['wallboard', 'agent', 'supervisor', 'admin'] as const satisfies readonly UserRow['role'][];

/** A command for the box's shell, and what it is for. */
export interface UserCommand {
  readonly does: 'add' | 'change' | 'passwd' | 'remove';
  readonly line: string;
}

/** Why there is none: what was typed is no name, no extension, or an agent without one. */
export type Fault = 'name' | 'extension' | 'agent';

const reload = 'systemctl reload coocenter-api';

/** What is wrong with what was typed; `undefined`: nothing, or nothing yet. */
export function faultOf({ name, role, extension }: UserRow): Fault | undefined {
  if (name === '') return undefined;
  // As `src/users/user.ts` has it: what it refuses, and what a shell would read otherwise, never becomes a command.
  if (!/^[0-9A-Za-z_@][0-9A-Za-z_.@-]{0,39}$/.test(name)) return 'name';
  if (!/^[0-9A-Za-z_.-]{0,40}$/.test(extension)) return 'extension';
  return role === 'agent' && extension === '' ? 'agent' : undefined;
}

/** What may be done about the user who was typed: one who is there is changed or removed, another one is added. */
export function userCommands(users: readonly UserRow[], typed: UserRow): readonly UserCommand[] {
  const fault = faultOf(typed);
  if (typed.name === '' || fault === 'name') return [];
  const name = typed.name.toLowerCase();
  const known = users.find((user) => user.name === name);
  const command = (does: UserCommand['does'], options = ''): UserCommand => ({
    does,
    line: `coocenter-api user ${does} ${name}${options} && ${reload}`,
  });
  const { role, extension } = typed;
  if (known === undefined) {
    if (fault !== undefined) return [];
    return [command('add', ` --role ${role}${extension === '' ? '' : ` --extension ${extension}`}`)];
  }
  const changes =
    (role === known.role ? '' : ` --role ${role}`) +
    (extension === known.extension ? '' : ` --extension ${extension === '' ? "''" : extension}`);
  return [
    ...(fault === undefined && changes !== '' ? [command('change', changes)] : []),
    command('passwd'),
    command('remove'),
  ];
}
