import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parseArguments } from '../../src/cli/arguments.ts';
import { runCommand, type ShortCommand } from '../../src/cli/run.ts';
import { removed, usersIn, withUser } from '../../src/cli/user/users-text.ts';
import { loadConfig } from '../../src/config/load.ts';
import { isPassword } from '../../src/users/password.ts';
import type { User } from '../../src/users/user.ts';
import { FakeIo } from './fake-io.ts';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with an api.conf, and what runs command lines on it. */
function made(t: Test, files: Record<string, string> = {}) {
  const folder = t.testdir({ 'api.conf': '[general]\nWEBKEY = k\n', ...files });
  const config = join(folder, 'api.conf');
  const run = async (line: string, stdin = ''): Promise<Ran> => {
    const io = Object.assign(new FakeIo(), { stdin });
    const { command, ...more } = parseArguments([...line.split(' '), '--config', config]);
    const code = await runCommand(command as ShortCommand, more, io);
    return { code, stdout: io.stdout, stderr: io.stderr };
  };
  const users = (): readonly User[] => [...loadConfig(config).config.users.values()];
  return { folder, config, parts: `${config}.d`, file: join(`${config}.d`, 'users.conf'), run, users };
}

void t.test('add, passwd, list and remove', async (t) => {
  const { run, users, file, parts } = made(t);
  const added = await run('user add Anna --extension 801');
  t.match(added, { code: 0, stdout: /^(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\n$/, stderr: /systemctl reload/ });
  t.match(users(), [{ name: 'anna', role: 'agent', extension: '801' }]);
  t.ok(await isPassword(added.stdout.trim(), users()[0]?.hash));
  t.equal(statSync(file).mode & 0o777, 0o640);
  t.equal(statSync(parts).mode & 0o777, 0o750);
  t.notMatch(readFileSync(file, 'utf8'), added.stdout.trim(), 'no password in the file');
  const boss = await run('user add boss --role supervisor --stdin', 'correct horse battery\n');
  t.match(boss, { code: 0, stdout: '' });
  t.ok(await isPassword('correct horse battery', users()[1]?.hash));
  t.match(await run('user passwd boss --stdin', 'another password\r\n'), { code: 0, stdout: '' });
  t.ok(await isPassword('another password', users()[1]?.hash));
  t.match(users()[1], { role: 'supervisor', extension: '' });
  t.match(await run('user list'), { stdout: /^anna {17}agent {6}801\nboss {17}supervisor\n$/ });
  t.match(await run('user remove ANNA'), { code: 0, stdout: '' });
  t.match(users(), [{ name: 'boss' }]);
  t.strictSame(readdirSync(parts), ['users.conf'], 'nothing is left behind');
});

void t.test('what cannot be meant so: exit code 2; what cannot be done: 1; nothing is written', async (t) => {
  const { run, parts, users, config } = made(t);
  for (const [line, text, stdin] of [
    ['user', /what is to be done/],
    ['user frob anna', /what is to be done/],
    ['user add', /add wants a name/],
    ['user add a/b --extension 801', /the name must be/],
    ['user add anna', /an agent has an extension/],
    ['user add anna --role boss', /--role is one of wallboard, agent, supervisor, admin/],
    ['user add anna --extension 8,1', /extension/],
    ['user passwd anna --role admin', /unknown option '--role' of user passwd/],
    ['user remove anna --stdin', /unknown option '--stdin' of user remove/],
    ['user list anna', /list takes no 'anna'/],
    ['user add anna --extension 801 --stdin', /one line of 10 to 200 characters/, 'short\n'],
    ['user add anna --extension 801 --stdin', /one line of 10 to 200 characters/, 'long enough\nbut two lines\n'],
    ['user add anna --extension 801 --stdin', /one line of 10 to 200 characters/, ''],
  ] as const) {
    t.match(await run(line, stdin), { code: 2, stdout: '', stderr: text }, `${line}: ${stdin ?? ''}`);
  }
  t.match(await run('user passwd anna'), { code: 1, stderr: /there is no user anna/ });
  t.match(await run('user remove anna'), { code: 1, stderr: /there is no user anna/ });
  if (statSync(config).isFile()) t.strictSame(users(), []);
  t.strictSame(
    readdirSync(parts, { withFileTypes: true }).map(({ name }) => name),
    [],
  );
  await run('user add anna --extension 801');
  t.match(await run('user add anna --extension 801'), { code: 1, stderr: /anna is there already/ });
});

void t.test('the file belongs to the group that the package gave its own; no link is followed', async (t) => {
  const { run, parts, file, folder } = made(t, {});
  mkdirSync(parts);
  const other = join(folder, 'other');
  if (process.getuid?.() === 0) {
    writeFileSync(join(parts, 'webkey.conf'), '');
    chownSync(join(parts, 'webkey.conf'), 0, 4242);
    t.match(await run('user add anna --extension 801'), { code: 0 });
    t.equal(statSync(file).gid, 4242);
    rmSync(file);
  }
  writeFileSync(other, '; mine\n');
  symlinkSync(other, file);
  t.match(await run('user add anna --extension 801'), { code: 1, stderr: /is a link, which is not followed here/ });
  t.ok(lstatSync(file).isSymbolicLink());
  rmSync(file);
  linkSync(other, file);
  t.match(await run('user add anna --extension 801'), { code: 1, stderr: /has a second name/ });
  t.equal(readFileSync(other, 'utf8'), '; mine\n');
  rmSync(file);
  const fresh = join(parts, '.users.conf.new');
  writeFileSync(fresh, 'x');
  t.match(await run('user add anna --extension 801'), { code: 1, stderr: /another command is at work/ });
  utimesSync(fresh, 1, 1);
  t.match(await run('user add anna --extension 801'), { code: 0 }, 'one that was left behind is in nobody’s way');
  chmodSync(file, 0o644);
  await run('user passwd anna');
  t.equal(statSync(file).mode & 0o777, 0o640);
  const linked = made(t, { real: {} as never });
  symlinkSync(join(linked.folder, 'real'), linked.parts);
  t.match(await linked.run('user add anna --extension 801'), { code: 1, stderr: /is no folder/ });
});

const user = (name: string, more: Partial<User> = {}): User => ({
  name,
  role: 'agent',
  extension: '801',
  hash: `scrypt:16384:8:1:${'A'.repeat(22)}:${'A'.repeat(43)}`,
  ...more,
});

void t.test('other lines of the file stay as they are', (t) => {
  const { hash } = user('x');
  const text = `; head\r\n[ivr]\n610 = time\n\n[USERS] ; people\n; Anna\nAnna = agent, 801, ${hash}\nbroken = x\nanna = agent, 802, ${hash}\n[push.crm]\nURL = http://x/`;
  t.strictSame([...usersIn(text).values()], [user('anna', { extension: '802' })], 'the later one counts');
  t.equal(
    withUser(text, user('anna', { role: 'admin' })),
    `; head\n[ivr]\n610 = time\n\n[USERS] ; people\n; Anna\nbroken = x\nanna = admin, 801, ${hash}\n[push.crm]\nURL = http://x/\n`,
  );
  t.equal(
    withUser(text, user('berta')),
    `; head\n[ivr]\n610 = time\n\n[USERS] ; people\n; Anna\nAnna = agent, 801, ${hash}\nbroken = x\nanna = agent, 802, ${hash}\nberta = agent, 801, ${hash}\n[push.crm]\nURL = http://x/\n`,
  );
  t.equal(
    removed(text, 'anna'),
    `; head\n[ivr]\n610 = time\n\n[USERS] ; people\n; Anna\nbroken = x\n[push.crm]\nURL = http://x/\n`,
  );
  t.equal(withUser('[ivr]\n1 = x\n', user('anna')), `[ivr]\n1 = x\n\n[users]\nanna = agent, 801, ${hash}\n`);
  t.equal(withUser('[users]\n[ivr]\n', user('anna')), `[users]\nanna = agent, 801, ${hash}\n[ivr]\n`);
  t.match(withUser('', user('anna')), /^; Who may sign in.*\n\[users\]\nanna = agent, 801, .*\n$/s);
  t.end();
});

void t.test(
  'users that stand elsewhere are not the command’s; a wrong line is a warning and its user cannot sign in',
  async (t) => {
    const { hash } = user('x');
    const { run, config, users } = made(t, {
      'api.conf': `[users]\nanna = agent, 801, ${hash}\nberta = agnet, 802, ${hash}\ncarl = agent, 803, secret\n`,
    });
    const { warnings } = loadConfig(config);
    t.match(warnings, [
      `${config}:3: [users] berta: the role is not one of wallboard, agent, supervisor, admin; nobody can sign in by this line`,
      /:4: \[users\] carl: the hash is not one that coocenter-api user writes/,
    ]);
    t.notMatch(warnings.join('\n'), /secret|scrypt/);
    t.strictSame(
      users().map(({ name }) => name),
      ['anna'],
    );
    t.match(await run('user remove anna'), { code: 1, stderr: /anna does not stand in users.conf/ });
    t.match(await run('user passwd anna'), { code: 1, stderr: /anna does not stand in users.conf/, stdout: '' });
  },
);
