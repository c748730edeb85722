import { is, type ValueOf } from '../../system/schema.ts';
import { roles } from '../../users/identity.ts';
import type { Users } from '../../users/user.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { route, type Route } from '../route.ts';

/** What this route needs. */
export interface UsersDeps {
  readonly users: () => Users;
}

const usersSchema = () =>
  is.object({
    users: is.list(is.object({ name: is.text(), role: is.word(roles), extension: is.text('empty: none') }), 'by name'),
  });
/** Who may sign in. */
export type UsersAnswer = ValueOf<typeof usersSchema>;
const usersSample: UsersAnswer = {
  users: [
    { name: 'anna', role: 'agent', extension: '801' },
    { name: 'boss', role: 'supervisor', extension: '' },
  ],
};

/** Who may sign in, never by what. They are changed on the box, as root: the daemon cannot write them. */
export function usersRoutes({ users }: UsersDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/users',
      summary: 'Who may sign in, and as what',
      access: 'ours',
      answer: () => succeeds('Users will follow', usersSchema(), usersSample),
      handle: () =>
        success('Users will follow', {
          users: [...users().values()]
            .map(({ name, role, extension }) => ({ name, role, extension }))
            .sort((one, other) => (one.name < other.name ? -1 : 1)),
        }),
    }),
  ];
}
