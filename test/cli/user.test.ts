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
import { changeUsersFile } from '../../src/cli/user/users-file.ts';
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
  const run = async (line: string | readonly string[], stdin = ''): Promise<Ran> => {
    const io = Object.assign(new FakeIo(), { stdin });
    const words = typeof line === 'string' ? line.split(' ') : line;
    const { command, ...more } = parseArguments([...words, '--config', config]);
    const code = await runCommand(command as ShortCommand, more, io);
    return { code, stdout: io.stdout, stderr: io.stderr };
  };
  const users = (): readonly User[] => [...loadConfig(config).config.users.values()];
  return { folder, config, parts: `${config}.d`, file: join(`${config}.d`, 'users.conf'), run, users };
}

void t.test('add, change, passwd, list and remove', async (t) => {
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
  t.match(await run('user change boss --role admin'), { code: 0, stdout: '', stderr: /systemctl reload/ });
  t.match(await run('user change boss --extension 804'), { code: 0, stdout: '' });
  t.match(users()[1], { role: 'admin', extension: '804' });
  t.match(await run(['user', 'change', 'BOSS', '--role', 'supervisor', '--extension', '']), { code: 0, stdout: '' });
  t.match(users()[1], { name: 'boss', role: 'supervisor', extension: '' });
  t.ok(await isPassword('another password', users()[1]?.hash), 'the password stays');
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
    ['user change anna', /change wants --role or --extension/],
    ['user change anna --role admin --stdin', /unknown option '--stdin' of user change/],
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
  t.match(await run('user change anna --role admin'), { code: 1, stderr: /there is no user anna/ });
  if (statSync(config).isFile()) t.strictSame(users(), []);
  t.strictSame(
    readdirSync(parts, { withFileTypes: true }).map(({ name }) => name),
    [],
  );
  await run('user add anna --extension 801');
  t.match(await run('user add anna --extension 801'), { code: 1, stderr: /anna is there already/ });
  for (const [words, text] of [
    [['--role', 'boss'], /--role is one of/],
    [['--extension', '8,1'], /--extension is/],
    [['--extension', ''], /an agent has an extension/],
  ] as const) {
    t.match(await run(['user', 'change', 'anna', ...words]), { code: 2, stdout: '', stderr: text }, words.join(' '));
  }
  t.match(users(), [{ name: 'anna', role: 'agent', extension: '801' }], 'nobody is changed by a mistake');
});

void t.test('names, roles and extensions that are none are refused, whatever is in them', async (t) => {
  const { run, parts, users } = made(t, { 'api.conf.d': {} as never });
  const refused = async (words: readonly string[], text: RegExp): Promise<void> => {
    const shown = JSON.stringify(words).slice(0, 60);
    const { code, stdout, stderr } = await run(['user', 'add', ...words]);
    t.strictSame({ code, stdout }, { code: 2, stdout: '' }, shown);
    t.match(stderr, text, shown);
    t.notMatch(stderr.replaceAll('\n', ''), /\p{Cc}/u, `${shown}: nothing that moves the cursor`);
  };
  const odd =
    ' |a b|é|张三|שלום|a\u202eb|a\u200bb|a\nb|a\x1b[31m|\x7f|a\x00|a=b|[users]|#a|a#b|;a|a;b|a/b|../a|a\'b|a"b|$(id)|😀';
  for (const name of ['', ...odd.split('|'), 'a|b', 'a,b', '.a', 'x'.repeat(41), 'x'.repeat(50_000)]) {
    await refused([name, '--extension', '801'], /the name must be 1 to 40 of 0-9 A-Z a-z _ \. @ -, not beginning with/);
  }
  for (const extension of ['8 1', '8,1', '801; x', '٨٠١', 'x'.repeat(41), '8\n1', '8\u202e1', '[801]', '8=1', '8#1']) {
    await refused(['anna', '--extension', extension], /--extension is 1 to 40 of 0-9 A-Z a-z _ \. -/);
  }
  for (const role of ['', 'boss', 'Admin', 'admin ', 'агент', '__proto__']) {
    await refused(
      ['anna', '--extension', '801', '--role', role],
      /--role is one of wallboard, agent, supervisor, admin/,
    );
  }
  t.strictSame(readdirSync(parts), [], 'nothing is written');
  for (const name of ['__proto__', 'constructor', 'true', 'null', '12', 'Anna.B@crm-1']) {
    await run(['user', 'add', name, '--extension', '801']);
    t.strictSame(
      users().map((one) => one.name),
      [name.toLowerCase()],
    );
    await run(['user', 'remove', name]);
  }
});

void t.test('the file belongs to the group that the package gave its own; no link is followed', async (t) => {
  const { run, parts, file, folder, config } = made(t, {});
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
  await t.rejects(
    changeUsersFile(config, (text) => text, 1),
    { message: /another command is at work/ },
  );
  t.equal(readFileSync(fresh, 'utf8'), 'x', 'which is left alone');
  utimesSync(fresh, 1, 1);
  t.match(await run('user add anna --extension 801'), { code: 0 }, 'one that was left behind is in nobody’s way');
  chmodSync(file, 0o644);
  if (process.getuid?.() === 0) chownSync(file, 4343, 0);
  await run('user passwd anna');
  t.equal(statSync(file).mode & 0o777, 0o640);
  if (process.getuid?.() === 0) t.equal(statSync(file).uid, 4343, 'its owner stays');
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
  'a line that is wrong is told with file and line; nothing is written until it is right or gone',
  async (t) => {
    const { hash } = user('x');
    const { run, file, users, config } = made(t, {});
    await run('user add anna --extension 801');
    const damaged = `${readFileSync(file, 'utf8')}berta = agnet, 802, ${hash}\n`;
    const line = damaged.split('\n').length - 1;
    writeFileSync(file, damaged);
    const wrong = `${file}:${line}: [users] berta: the role is not one of wallboard, agent, supervisor, admin`;
    t.strictSame(loadConfig(config).wrongUsers, [wrong]);
    for (const command of ['add carl --extension 803', 'passwd anna', 'remove anna']) {
      t.match(await run(`user ${command}`), {
        code: 1,
        stdout: '',
        stderr: `coocenter-api user: ${wrong}; put that right`,
      });
      t.equal(readFileSync(file, 'utf8'), damaged, command);
    }
    t.match(await run('user list'), { code: 0, stdout: /^anna/, stderr: `${wrong}; nobody can sign in by this line` });
    t.match(await run('user remove berta'), { code: 0, stderr: /^berta: / });
    t.match(await run('user passwd anna'), { code: 0 });
    writeFileSync(file, `${readFileSync(file, 'utf8')}carl\n`);
    t.match(await run('user passwd anna'), {
      code: 1,
      stdout: '',
      stderr: `${file}:${line}: carl: key = value is expected`,
    });
    t.throws(users, /key = value/);
  },
);

void t.test('of two commands that add the same name at once, the second one fails', async (t) => {
  const { run, users } = made(t, {});
  const both = await Promise.all(['801', '802'].map((extension) => run(`user add anna --extension ${extension}`)));
  t.strictSame(both.map(({ code }) => code).sort(), [0, 1]);
  t.match(
    both.find(({ code }) => code === 1),
    { stdout: '', stderr: /anna is there already/ },
  );
  const [{ stdout }] = both.filter(({ code }) => code === 0) as [Ran];
  t.ok(await isPassword(stdout.trim(), users()[0]?.hash), 'the password that was told is the right one');
});

void t.test(
  'users that stand elsewhere are not the command’s; the users of lines that are wrong cannot sign in',
  async (t) => {
    const { hash } = user('x');
    const { run, config, users } = made(t, {
      'api.conf': `[users]\nanna = agent, 801, ${hash}\nberta = agnet, 802, ${hash}\ncarl = agent, 803, secret\n`,
    });
    const { wrongUsers } = loadConfig(config);
    t.match(wrongUsers, [
      `${config}:3: [users] berta: the role is not one of wallboard, agent, supervisor, admin`,
      /:4: \[users\] carl: the hash is not one that coocenter-api user writes/,
    ]);
    t.notMatch(wrongUsers.join('\n'), /secret|scrypt/);
    t.strictSame(
      users().map(({ name }) => name),
      ['anna'],
    );
    t.match(await run('user remove anna'), { code: 1, stderr: /anna does not stand in users.conf/ });
    t.match(await run('user add dora --extension 804'), { code: 0, stderr: /api.conf:3: .*a reload is refused until/ });
    t.match(await run('user passwd anna'), { code: 1, stderr: /anna does not stand in users.conf/, stdout: '' });
  },
);
