import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import t from 'tap';
import { parseArguments } from '../../src/cli/arguments.ts';
import { runCommand, type ShortCommand } from '../../src/cli/run.ts';
import { loadConfig } from '../../src/config/load.ts';
import { roles } from '../../src/users/identity.ts';
import { isUserExtension, readUserName } from '../../src/users/user.ts';
import { faultOf, roles as shown, userCommands, type UserRow } from '../../src/web/panel/user-commands.ts';
import { FakeIo } from '../cli/fake-io.ts';

const exec = promisify(execFile);

/** The words of the first command of a line, as a shell reads them. */
async function words(line: string): Promise<string[]> {
  const shown = line.replace('coocenter-api user', 'show user');
  const { stdout } = await exec('sh', ['-c', `show() { printf '%s\\n' "$@"; }; systemctl() { :; }; ${shown}`]);
  return stdout.split('\n').slice(0, -1);
}

void t.test('each command that the panel shows does at the box what it says', async (t) => {
  const folder = t.testdir({ 'api.conf': '[general]\nWEBKEY = k\n' });
  const config = join(folder, 'api.conf');
  const users = (): UserRow[] =>
    [...loadConfig(config).config.users.values()].map(({ name, role, extension }) => ({ name, role, extension }));
  const run = async (typed: UserRow, does: string): Promise<void> => {
    const command = userCommands(users(), typed).find((one) => one.does === does);
    if (command === undefined) throw new Error(`there is no ${does}`);
    const { command: name, ...more } = parseArguments([...(await words(command.line)), '--config', config]);
    const io = Object.assign(new FakeIo(), { stdin: '' });
    t.equal(await runCommand(name as ShortCommand, more, io), 0, `${command.line} ${io.stderr}`);
  };
  await run({ name: 'Anna', role: 'agent', extension: '801' }, 'add');
  await run({ name: 'screen', role: 'wallboard', extension: '' }, 'add');
  t.match(users(), [
    { name: 'anna', role: 'agent', extension: '801' },
    { name: 'screen', role: 'wallboard', extension: '' },
  ]);
  await run({ name: 'ANNA', role: 'supervisor', extension: '' }, 'change');
  t.strictSame(users()[0], { name: 'anna', role: 'supervisor', extension: '' });
  await run({ name: 'anna', role: 'supervisor', extension: '804' }, 'change');
  t.strictSame(users()[0], { name: 'anna', role: 'supervisor', extension: '804' });
  await run({ name: 'anna', role: 'supervisor', extension: '804' }, 'passwd');
  await run({ name: 'anna', role: 'supervisor', extension: '804' }, 'remove');
  t.strictSame(
    users().map(({ name }) => name),
    ['screen'],
  );
});

void t.test('what is offered: to add whoever is not there; else to change, which is only what differs', (t) => {
  const anna: UserRow = { name: 'anna', role: 'agent', extension: '801' };
  const does = (typed: UserRow): string[] => userCommands([anna], typed).map((command) => command.does);
  t.strictSame(does({ ...anna, name: '' }), []);
  t.strictSame(does({ ...anna, name: 'berta' }), ['add']);
  t.strictSame(does(anna), ['passwd', 'remove']);
  t.strictSame(does({ ...anna, role: 'admin' }), ['change', 'passwd', 'remove']);
  t.strictSame(does({ ...anna, extension: '' }), ['passwd', 'remove'], 'an agent has an extension');
  t.equal(faultOf({ ...anna, extension: '' }), 'agent');
  t.end();
});

void t.test('what the box would refuse makes no command', (t) => {
  t.strictSame(shown, roles);
  const odd = 'a b|é|张三|a\u202eb|a\nb|a=b|#a|;a|a/b|a\'b|a"b|$(id)|`id`|a&b|a>b|😀|.a|-a|a|A.b@c-1|__proto__'.split(
    '|',
  );
  for (const name of [...odd, 'x'.repeat(40), 'x'.repeat(41)]) {
    const isName = readUserName(name) !== undefined;
    t.equal(userCommands([], { name, role: 'admin', extension: '' }).length, isName ? 1 : 0, name);
  }
  for (const extension of [...odd, '801', '']) {
    const isGood = extension === '' || isUserExtension(extension);
    t.equal(userCommands([], { name: 'a', role: 'admin', extension }).length, isGood ? 1 : 0, extension);
  }
  t.end();
});
