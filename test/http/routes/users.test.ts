import t from 'tap';
import { usersRoutes } from '../../../src/http/routes/users.ts';
import { HttpServer } from '../../../src/http/server.ts';
import { hashPassword } from '../../../src/users/password.ts';
import type { User } from '../../../src/users/user.ts';
import { accountsWith } from '../../users/made.ts';
import { ask, memoryLog } from '../client.ts';
import { auth, settings } from '../toy.ts';

void t.test('an admin reads who may sign in, and no hash', async (t) => {
  const hash = await hashPassword('correct horse');
  const people: readonly User[] = [
    { name: 'boss', role: 'supervisor', extension: '', hash },
    { name: 'anna', role: 'agent', extension: '801', hash },
  ];
  let users = new Map(people.map((user) => [user.name, user]));
  const server = new HttpServer({
    routes: usersRoutes({ users: () => users }),
    accounts: accountsWith(() => ({ webkey: 'k' })),
    log: memoryLog(),
    settings: () => settings,
  });
  await server.start();
  t.teardown(() => server.stop());
  const read = async (): Promise<unknown> => {
    const { body } = await ask(server.ports[0]!, 'GET', '/coocenter-api/users', auth);
    return JSON.parse(body) as unknown;
  };
  t.strictSame(await read(), {
    status: 'success',
    message: 'Users will follow',
    data: {
      users: [
        { name: 'anna', role: 'agent', extension: '801' },
        { name: 'boss', role: 'supervisor', extension: '' },
      ],
    },
  });
  users = new Map();
  t.strictSame(
    await read(),
    { status: 'success', message: 'Users will follow', data: { users: [] } },
    'after a reload',
  );
});
