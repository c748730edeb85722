import { chownSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import t from 'tap';
import type { Test } from 'tap';
import { EventStream } from '../http/event-stream.ts';
import { withLab, type Lab } from '../lab/scenario.ts';
import type { Setup } from '../lab/setup.ts';
import { UsersBox, type Ran } from './users-box.ts';

const generated = /^(?:[a-z2-9]{4}-){3}[a-z2-9]{4}$/;
const spoken = 'pass wörd =#;[x] "q" שלום';

interface Stage {
  readonly lab: Lab;
  readonly box: UsersBox;
  /** Passwords by name. */
  readonly passwords: Map<string, string>;
}

/** Signs in by the password that is known. */
function enter({ box, passwords }: Stage, name: string): Promise<string> {
  return box.token(name, passwords.get(name) ?? '');
}

async function makeUsers(t: Test, stage: Stage): Promise<void> {
  const { lab, box, passwords } = stage;
  const anna = await box.must(['add', 'Anna', '--extension', '801']);
  t.match(anna, generated);
  passwords.set('anna', anna);
  passwords.set('berta', spoken);
  t.equal(await box.must(['add', 'berta', '--role', 'supervisor', '--stdin'], `${spoken}\n`), '', 'it is not repeated');
  passwords.set('carl', await box.must(['add', 'carl', '--role', 'admin', '--extension', '809']));
  t.equal((await box.login('anna', anna)).status, 401, 'before the reload');
  t.match(await box.reload(), '<6>the configuration was re-read');
  t.match(await box.must(['list']), /^anna {17}agent {6}801\nberta {16}supervisor\ncarl {17}admin {6}809$/);
  for (const [name, role, extension] of [
    ['anna', 'agent', '801'],
    ['berta', 'supervisor', ''],
    ['carl', 'admin', '809'],
  ] as const) {
    const who = await box.who(await enter(stage, name));
    t.match(who, { status: 200, name, role, extension });
  }
  t.equal(statSync(box.file).mode & 0o7777, 0o640);
  t.equal(statSync(box.folder).mode & 0o7777, 0o750);
  t.strictSame(readdirSync(box.folder), ['users.conf'], 'nothing is left behind');
  for (const text of [readFileSync(box.file, 'utf8'), lab.daemon.output]) {
    for (const password of passwords.values()) t.notOk(text.includes(password), 'no password is written anywhere');
  }
}

async function act(t: Test, stage: Stage): Promise<void> {
  const { lab, box } = stage;
  const anna = await enter(stage, 'anna');
  const pause = (token: string, member: string): Promise<unknown> =>
    box.ask(token, 'POST', 'queues/agent-pause', { queue: '630', member, state: 'on' });
  const login = await box.ask(anna, 'POST', 'queues/agent-login', { queue: '630', extension: '801' });
  t.match(login, { status: 200, json: { message: 'login extension success' } });
  t.match(await pause(anna, '801'), { status: 200, json: { message: 'Interface paused successfully' } });
  t.match(await pause(anna, '802'), { status: 403, json: { message: 'an agent may do this for extension 801 only' } });
  t.match(await pause(await enter(stage, 'berta'), '802'), { status: 404 }, 'whom a supervisor may pause');
  const [own, other] = [await lab.phone('801'), await lab.phone('802')];
  other.behaviour = 'answer';
  const click = await box.ask(anna, 'POST', 'plugin-asterisk/extension/click-number', { dst: '802' });
  t.equal(click.status, 200);
  const call = await own.incoming();
  await call.answer();
  await call.hangUp();
  t.match(await box.ask(anna, 'GET', 'blacklist/index'), { status: 403 });
  t.match(await box.ask(await enter(stage, 'carl'), 'GET', 'blacklist/index'), { status: 200 });
}

async function restart(t: Test, stage: Stage): Promise<void> {
  const { lab, box } = stage;
  const anna = await enter(stage, 'anna');
  await lab.daemon.stop();
  await lab.daemon.start();
  t.match(await box.who(anna), { status: 200, name: 'anna' }, 'an orderly stop');
  await lab.daemon.kill();
  await lab.daemon.start();
  t.match(await box.who(anna), { status: 200, name: 'anna' }, 'a crash');
}

/** What anna holds when something of her is changed: a token, a stream that goes on, a ticket. */
async function changes(t: Test, stage: Stage): Promise<void> {
  const { lab, box, passwords } = stage;
  const berta = await enter(stage, 'berta');
  const edit = (from: string, to: string) => (): Promise<string> => {
    const text = readFileSync(box.file, 'utf8');
    t.ok(text.includes(from), from);
    writeFileSync(box.file, text.replace(from, to));
    return Promise.resolve(passwords.get('anna') ?? '');
  };
  const before = readFileSync(box.file, 'utf8');
  const kinds: readonly (readonly [string, () => Promise<string>])[] = [
    ['another password', () => box.must(['passwd', 'anna'])],
    [
      'the same password, set again',
      () => box.must(['passwd', 'anna', '--stdin'], passwords.get('anna')).then(() => passwords.get('anna') ?? ''),
    ],
    ['another extension, by an editor', edit('anna = agent, 801', 'anna = agent, 802')],
    ['another role, by an editor', edit('anna = agent, 802', 'anna = supervisor, 802')],
    [
      'gone, and there again',
      async () => {
        await box.must(['remove', 'anna']);
        return (
          await box.must(['add', 'anna', '--extension', '801', '--stdin'], passwords.get('anna')),
          passwords.get('anna') ?? ''
        );
      },
    ],
  ];
  for (const [what, change] of kinds) {
    const token = await enter(stage, 'anna');
    const headers = { authorization: `Bearer ${token}` };
    const stream = await EventStream.open(lab.daemon.port, '/coocenter-api/stream', headers);
    await stream.until('the snapshot', () => stream.events.length > 0);
    const { json } = await box.ask(token, 'POST', 'session/ticket', { purpose: 'stream' });
    const { ticket } = (json as { data: { ticket: string } }).data;
    const old = passwords.get('anna') ?? '';
    const password = await change();
    t.equal((await box.who(token)).status, 200, `${what}: what is not taken over yet changes nothing`);
    t.match(await box.reload(), 'the configuration was re-read');
    t.equal((await box.who(token)).status, 401, what);
    await stream.until(`${what}: the stream ends`, () => stream.state !== 'open');
    const late = await fetch(`${lab.daemon.base}/stream?ticket=${ticket}`);
    await late.body?.cancel();
    t.equal(late.status, 401, `${what}: a ticket of before`);
    if (password !== old) t.equal((await box.login('anna', old)).status, 401, 'the old password');
    passwords.set('anna', password);
    t.equal((await box.who(await enter(stage, 'anna'))).status, 200, `${what}: signing in again`);
    t.equal((await box.who(berta)).status, 200, 'others go on');
  }
  t.not(readFileSync(box.file, 'utf8'), before);
  const token = await enter(stage, 'anna');
  await box.must(['remove', 'anna']);
  await box.reload();
  t.equal((await box.who(token)).status, 401, 'gone');
  t.equal((await box.login('anna', passwords.get('anna') ?? '')).status, 401);
  passwords.set('anna', await box.must(['add', 'anna', '--extension', '801']));
  await box.reload();
  t.equal((await box.who(token)).status, 401, 'another of the same name');
}

async function oddNames(t: Test, { box, passwords }: Stage): Promise<void> {
  const before = readFileSync(box.file, 'utf8');
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [
      ['add', 'a=b [x] #\x1b[31m\u202eשלום\n', '--extension', '801'],
      /the name must be 1 to 40 of 0-9 A-Z a-z _ \. @ -/,
    ],
    [['add', 'dora', '--extension', '801\nboss = admin,'], /--extension is 1 to 40 of 0-9 A-Z a-z _ \. -/],
  ];
  for (const [words, message] of refused) {
    const shown = JSON.stringify(words).slice(0, 60);
    const { code, stdout, stderr } = await box.user(words);
    t.strictSame({ code, stdout }, { code: 2, stdout: '' }, shown);
    t.match(stderr, message, shown);
    t.notMatch(stderr.replaceAll('\n', ''), /\p{Cc}/u, `${shown}: nothing that moves the cursor`);
  }
  t.equal(readFileSync(box.file, 'utf8'), before, 'nothing is written');
  const odd = ['__proto__', 'x'.repeat(40)];
  for (const name of odd) passwords.set(name, await box.must(['add', name, '--extension', '801']));
  await box.reload();
  for (const name of odd) {
    t.match(await box.who(await box.token(name, passwords.get(name) ?? '')), { status: 200, name, role: 'agent' });
  }
  for (const name of odd) await box.must(['remove', name]);
  t.equal(readFileSync(box.file, 'utf8'), before, 'other lines are as they were');
}

async function atOnce(t: Test, stage: Stage): Promise<void> {
  const { lab, box, passwords } = stage;
  const from = lab.daemon.output.length;
  const names = Array.from({ length: 5 }, (_, i) => `many${i}`);
  const added = names.map((name, i) => box.user(['add', name, '--extension', `81${i}`]));
  const same = Array.from({ length: 2 }, () => box.user(['add', 'one', '--extension', '801']));
  const others = [box.user(['passwd', 'berta', '--stdin'], 'another password\n'), box.user(['remove', 'carl'])];
  const all = Promise.all([Promise.all(added), Promise.all(same), Promise.all(others)]);
  const over = all.then(() => true);
  const running = Symbol();
  while ((await Promise.race([over, Promise.resolve(running)])) === running) await box.reload();
  const [ran, twins, rest] = await all;
  await box.reload();
  t.notMatch(lab.daemon.output.slice(from), /<3>/, 'the daemon never finds half a file');
  const codes = (all: readonly Ran[]): unknown => all.map(({ code }) => code).sort();
  t.strictSame(
    codes([...ran, ...rest]),
    [...ran, ...rest].map(() => 0),
  );
  t.strictSame(codes(twins), [0, 1]);
  t.match(twins.find(({ code }) => code === 1)?.stderr, /one is there already/);
  for (const [i, { stdout }] of ran.entries()) {
    t.match(await box.who(await box.token(names[i] ?? '', stdout.trim())), { status: 200, extension: `81${i}` });
  }
  t.equal((await box.login('one', twins.find(({ code }) => code === 0)?.stdout.trim() ?? '')).status, 200);
  passwords.set('berta', 'another password');
  t.match(await box.who(await enter(stage, 'berta')), { status: 200, role: 'supervisor' });
  t.equal((await box.login('carl', passwords.get('carl') ?? '')).status, 401);
  t.strictSame(readdirSync(box.folder), ['users.conf']);
}

async function damage(t: Test, stage: Stage): Promise<void> {
  const { box } = stage;
  const anna = await enter(stage, 'anna');
  const good = readFileSync(box.file);
  const text = good.toString();
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith('anna = '));
  const line = lines[at] ?? '';
  const spoilt = (to: string): string => [...lines.slice(0, at), to, ...lines.slice(at + 1)].join('\n');
  const place = `${box.file}:${at + 1}`;
  const all: readonly (readonly [string, string | Buffer, string])[] = [
    ['a role that is none', spoilt(line.replace('agent', 'agnet')), `${place}: [users] anna: the role is not one of`],
    ['half a line', spoilt(line.slice(0, -20)), `${place}: [users] anna: the hash is not one that`],
    [
      'a password in place of a hash',
      spoilt('anna = agent, 801, secret words'),
      `${place}: [users] anna: the hash is not one`,
    ],
    ['no line at all', spoilt('anna'), `${place}: anna: key = value is expected`],
    ['a name that is none', spoilt(`a b${line.slice(4)}`), `${place}: [users] a b: the name is not`],
    ['no section', text.replace('[users]', ';'), 'stands before the first [section]'],
    ['a heading that is none', text.replace('[users]', '[users'), 'a section is written [name]'],
    ['Latin-1', Buffer.from(spoilt(`; caf\xe9`), 'latin1'), `${place}: is not UTF-8`],
    ['zeros, as after a power cut', Buffer.alloc(good.length), `${box.file}: holds NUL bytes`],
  ];
  for (const [what, content, said] of all) {
    writeFileSync(box.file, content);
    const told = await box.reload();
    t.ok(
      told.split('\n').some((line) => line.startsWith(`<3>${box.file}`) && line.includes(said)),
      `${what}: ${told}`,
    );
    t.match(told, 'the configuration was not re-read: the old one goes on', what);
    t.notMatch(told, /scrypt|secret words/, `${what}: no secret in the log`);
    t.match(await box.who(anna), { status: 200, name: 'anna' }, `${what}: she stays signed in`);
    t.equal((await box.who(await enter(stage, 'anna'))).status, 200, `${what}: and may sign in`);
    if (!what.startsWith('half') && !what.startsWith('zeros')) continue;
    const { code, stdout, stderr } = await box.user(['passwd', 'berta']);
    t.match({ code, stdout }, { code: 1, stdout: '' }, what);
    t.match(stderr, said, what);
    t.ok(readFileSync(box.file).equals(Buffer.from(content)), `${what}: the command leaves the file as it is`);
  }
  writeFileSync(box.file, good);
  t.match(await box.reload(), '<6>the configuration was re-read');
  t.equal((await box.who(anna)).status, 200);
  if (process.getuid?.() !== 0) return;
  chownSync(box.file, 4343, 4343);
  await box.must(['passwd', 'berta']);
  t.equal(statSync(box.file).uid, 4343, 'its owner stays');
  t.equal(statSync(box.file).mode & 0o7777, 0o640);
}

/** Users of a running box: made, changed, removed and damaged, while it has a real Asterisk and real phones. */
export async function testUsers(setup: Setup): Promise<void> {
  await t.test(`users of a box, ${setup}`, async (t) => {
    await withLab(t, setup, async (lab) => {
      const stage: Stage = { lab, box: new UsersBox(lab), passwords: new Map() };
      for (const [name, part] of Object.entries({
        'made by commands, known after a reload': makeUsers,
        'each may do on Asterisk what the role allows': act,
        'a session survives a restart': restart,
        'a change ends sessions, streams and tickets at once': changes,
        'names, roles and extensions that are none': oddNames,
        'many commands at once, and reloads meanwhile': atOnce,
        'a damaged file': damage,
      })) {
        await t.test(name, (t) => part(t, stage));
      }
    });
  });
}
