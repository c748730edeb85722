import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { success } from '../../src/http/answer.ts';
import { tokenOf } from '../../src/http/auth.ts';
import { RecordingSender } from '../../src/http/recording-sender.ts';
import { monitorRoutes } from '../../src/http/routes/monitor.ts';
import { recordingsRoutes } from '../../src/http/routes/recordings.ts';
import { route } from '../../src/http/route.ts';
import { HttpServer } from '../../src/http/server.ts';
import { hashPassword } from '../../src/users/password.ts';
import { Pull } from '../../src/store/pull.ts';
import { urlPathOf } from '../../src/events/file-path.ts';
import { folderOf, open, record } from '../store/stores.ts';
import { accountsWith } from '../users/made.ts';
import { ask, memoryLog, type Reply } from './client.ts';
import { settings, today } from './toy.ts';

/** On the disk; each is of the extensions that are named with it. */
const recordings: Readonly<Record<string, readonly string[]>> = {
  'own.wav': ['801'],
  '2026/11/a b#1 密.wav': ['802', '801'],
  // Decoded once more it would be another's.
  'x%2541.wav': ['801'],
  'x%41.wav': ['802'],
  'xA.wav': ['802'],
  'theirs.wav': ['802'],
  'nobody.wav': [],
};

/** What no client can send as it is. */
const asSent = (path: string): string => path.replaceAll(/[^!-~]/gu, encodeURIComponent);

void t.test('an agent gets recordings of the own calls, and does not learn which others there are', async (t) => {
  const folder = t.testdir();
  mkdirSync(join(folder, '2026/11'), { recursive: true });
  for (const name of Object.keys(recordings)) writeFileSync(join(folder, name), name);
  const { store } = await open(t, folderOf(t));
  for (const [recording, extensions] of Object.entries(recordings)) {
    await store.add({ ...record(recording), owners: { extensions, recording } }, []);
  }
  await store.add({ ...record('gone'), owners: { extensions: ['801'], recording: 'gone.wav' } }, []);
  const hash = await hashPassword('correct horse');
  const users = new Map(
    [
      { name: 'anna', role: 'agent', extension: '801', hash } as const,
      { name: 'boss', role: 'supervisor', extension: '801', hash } as const,
    ].map((user) => [user.name, user]),
  );
  const accounts = accountsWith(() => ({ webkey: 'k', users }));
  const pull = new Pull(store);
  const deps = {
    sender: new RecordingSender({ noteAccess: () => ({ sent: () => undefined }) }),
    folder: () => folder,
    isRecordingOf: (name: string, extension: string) => pull.isRecordingOf(name, extension),
  };
  const server = new HttpServer({
    routes: [
      ...monitorRoutes(deps),
      ...recordingsRoutes({ ...deps, accounts, accesses: (wanted) => pull.accesses(wanted) }),
      route({ methods: ['GET'], path: '/me', summary: 'Me', role: 'agent', handle: () => success('me') }),
    ],
    log: memoryLog(),
    settings: () => ({ ...settings, webkey: 'k' }),
    accounts,
  });
  await server.start();
  t.teardown(() => server.stop());
  const get = async (token: string, path: string, method = 'GET'): Promise<Reply> =>
    ask(server.ports[0]!, method, `/coocenter-api/monitor/${path}`, { Authorization: token });
  const linkTo = async (token: string, path: string): Promise<Reply> => {
    const query = new URLSearchParams({ path }).toString();
    return ask(server.ports[0]!, 'GET', `/coocenter-api/recordings/link?${query}`, { Authorization: token });
  };
  const tokenFor = async (name: string): Promise<string> =>
    (await accounts.signIn(name, 'correct horse', () => undefined))!.token;
  const [anna, boss, daily] = [await tokenFor('anna'), await tokenFor('boss'), tokenOf('k', today)];
  for (const [name, extensions] of Object.entries(recordings)) {
    // As its record carried it, as a client writes a path, and encoded once more.
    const again = name.includes('%') ? [] : [encodeURI(urlPathOf(name))];
    for (const path of [asSent(urlPathOf(name)), encodeURI(name).replaceAll('#', '%23'), ...again]) {
      const told = `${name} as ${path}`;
      t.match(await get(boss, path), { status: 200, body: name }, told);
      t.match(await get(daily, path), { status: 200, body: name }, told);
      const own = await get(anna, path);
      if (extensions.includes('801')) t.match(own, { status: 200, body: name }, told);
      else t.equal(own.status, 403, told);
    }
    const link = await linkTo(anna, urlPathOf(name));
    if (extensions.includes('801')) {
      const { data } = JSON.parse(link.body) as { readonly data: { readonly url: string } };
      const played = await ask(server.ports[0]!, 'GET', data.url);
      t.match(played, { status: 200, body: name }, `the link of ${name} plays it, without a token`);
    } else t.equal(link.status, 403, `a link to ${name}`);
    t.equal((await linkTo(boss, urlPathOf(name))).status, 200);
  }
  const refused = (await get(anna, 'theirs.wav')).body;
  for (const path of ['there-is-none.wav', '../own.wav', '%zz', '%00', '', 'own.wav/', '/own.wav', './own.wav']) {
    const reply = await get(anna, path);
    t.match(reply, { status: 403, body: refused }, `${path}: refused in the same words`);
    if (path !== '')
      t.match(await linkTo(anna, path), { status: path === '/own.wav' ? 200 : 403 }, `a link to ${path}`);
  }
  t.equal((await get(anna, 'theirs.wav', 'HEAD')).status, 403);
  t.equal((await get(anna, 'gone.wav')).status, 404, 'the own one that is gone');
  t.equal((await linkTo(anna, 'gone.wav')).status, 404, 'and a link to it');
  t.equal((await linkTo(anna, 'theirs.wav')).body, refused, 'there and not there are refused in the same words');
  t.equal((await linkTo(anna, 'there-is-none.wav')).body, refused);
  await store.stop();
  t.equal((await get(anna, 'own.wav')).status, 503, 'a store that cannot be asked allows nothing');
  t.equal((await linkTo(anna, 'own.wav')).status, 503);
  t.equal((await get(boss, 'own.wav')).status, 200);
});
