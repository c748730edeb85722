import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import openapiTS, { astToString } from 'openapi-typescript';
import t from 'tap';
import { bareEnv } from '../lab/bare-env.ts';
import { webkey } from '../lab/daemon.ts';
import { withLab } from '../lab/scenario.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';

const root = join(import.meta.dirname, '../..');
const exec = promisify(execFile);

/** What an integrator writes with the generated client; it prints what it was answered. */
const program = `
import createClient from 'openapi-fetch';
import type { components, paths } from './api.ts';

const baseUrl = process.env['BOX']!;
const steps: Record<string, unknown> = {};
const open = createClient<paths>({ baseUrl });
const signedIn = await open.POST('/coocenter-api/local/login', {
  body: { username: 'crm', password: process.env['WEBKEY']! },
});
if (signedIn.data === undefined) throw new Error(JSON.stringify(signedIn.error));
const { token, userId }: { token: string; userId: number } = signedIn.data;
steps['userId'] = userId;
const box = createClient<paths>({ baseUrl, headers: { Authorization: \`Bearer \${token}\` } });

const who = await box.GET('/coocenter-api/session');
steps['role'] = who.data?.data.role satisfies 'wallboard' | 'agent' | 'supervisor' | 'admin' | undefined;
const login = await box.POST('/coocenter-api/queues/agent-login', { body: { extension: '800', queue: '630' } });
steps['login'] = login.data?.message;
const again = await box.POST('/coocenter-api/queues/agent-login', { body: { extension: '800', queue: '630' } });
steps['again'] = [again.response.status, again.error?.message];
const pause = await box.POST('/coocenter-api/queues/agent-pause', {
  body: { queue: '630', member: '800', state: 'on' },
});
steps['pause'] = pause.data?.message;
const queues = await box.GET('/coocenter-api/queues/queue-info');
const paused: '0' | '1' | undefined = queues.data?.data['630']?.[0]?.paused;
steps['paused'] = paused;

const click = await box.POST('/coocenter-api/extensions/click-number', { body: { src: '800', dst: '801', limitSec: 60 } });
const uniqueid: string = click.data!.data.uniqueid;
for (let calls = 0; calls < 1; ) {
  const { data } = await box.POST('/coocenter-api/extensions/current-calls');
  calls = data!.data.filter(({ calleridnum }) => calleridnum === '800').length;
}
const hungUp = await box.POST('/coocenter-api/plugin-asterisk/extension/hangup', { body: { extensions: ['800'] } });
steps['hangup'] = hungUp.data?.data;
steps['has uniqueid'] = uniqueid !== '';

await box.POST('/coocenter-api/blacklist/create', { body: { number: '138 0013-8000' } });
steps['blocked'] = (await box.GET('/coocenter-api/blacklist/index')).data?.data;
const unblocked = await box.DELETE('/coocenter-api/blacklist/delete', { params: { query: { number: '13800138000' } } });
steps['unblocked'] = unblocked.data?.message;
const ticket = await box.POST('/coocenter-api/session/ticket', { body: { purpose: 'stream' } });
steps['ticket'] = ticket.data?.data.seconds;
const records = await box.GET('/coocenter-api/records', { params: { query: { limit: 10, event: 'cdr,cc_cdr' } } });
steps['more'] = records.data?.data.more;
const status = await box.GET('/coocenter-api/status');
steps['asterisk'] = status.data?.data.asterisk.state;
const none = await box.GET('/coocenter-api/monitor/{path}', {
  params: { path: { path: 'none/none.wav' } },
  parseAs: 'stream',
});
steps['recording'] = [none.response.status, none.error?.message];
const refused = await open.GET('/coocenter-api/status');
steps['refused'] = [refused.response.status, refused.error?.message];

/** What a receiver takes, told apart by its name. */
type Pushed = components['schemas']['dialbegein'] | components['schemas']['cdr'] | components['schemas']['cc_cdr'];
export function secondsOf(pushed: Pushed): number {
  switch (pushed.event) {
    case 'dialbegein':
      return Number(pushed.timestamp);
    case 'cdr':
      return Number(pushed.billableseconds);
    case 'cc_cdr':
      return pushed.holdTime + pushed.pauseTime;
  }
}
console.log(JSON.stringify(steps));
`;

/** Programs that are wrong: their faults are found before they run. */
const wrong: Readonly<Record<string, string>> = {
  'a parameter that is missing': program.replace("extension: '800', queue: '630'", "extension: '800'"),
  'a value that is not allowed': program.replace("state: 'on'", "state: 'maybe'"),
  'a path that is misspelled': program.replace('blacklist/index', 'blacklist/list'),
  'a field that is not there': program.replace('data.uniqueid', 'data.uniqueID'),
  'a field of an event that is not there': program.replace('pushed.holdTime', 'pushed.holdtime'),
};

void t.test('a client made of the document compiles, and talks with the daemon', async (t) => {
  const folder = makeTemp();
  t.teardown(() => {
    removeTemp(folder);
  });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const compile = async (...files: readonly string[]): Promise<string> => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const strict = ['--strict', '--noEmit', '--skipLibCheck', '--allowImportingTsExtensions', '--module', 'nodenext'];
    const library = ['--target', 'es2024', '--lib', 'es2024,dom', '--types', 'node'];
    const options = { cwd: folder, env: bareEnv() };
    return exec(process.execPath, [tsc, ...strict, ...library, ...files], options).then(
      () => '',
      (cause: unknown) => (cause as { readonly stdout: string }).stdout,
    );
  };
  writeFileSync(join(folder, 'program.ts'), program);
  await withLab(t, '22-pjsip', async (lab) => {
    const box = `http://127.0.0.1:${lab.daemon.port}`;
    const served = new URL(`${box}/coocenter-api/openapi.json`);
    writeFileSync(join(folder, 'api.ts'), astToString(await openapiTS(served)));
    await lab.phone('800');
    await lab.phone('801');
    t.equal(await compile('program.ts'), '', 'it compiles, strictly');
    const env = { ...bareEnv(), BOX: box, WEBKEY: webkey };
    const { stdout } = await exec(process.execPath, [join(folder, 'program.ts')], { cwd: folder, env });
    t.strictSame(JSON.parse(stdout), {
      userId: 1,
      role: 'admin',
      login: 'login extension success',
      again: [409, 'Unable to add interface: Already there'],
      pause: 'Interface paused successfully',
      paused: '1',
      hangup: [{ exten: '800', status: 'Success' }],
      'has uniqueid': true,
      blocked: ['13800138000'],
      unblocked: 'Key deleted successfully',
      ticket: 60,
      more: false,
      asterisk: 'up',
      recording: [404, 'no such recording'],
      refused: [401, 'missing header: Authorization'],
    });
  });
  const files = Object.values(wrong).map((text, i) => {
    writeFileSync(join(folder, `wrong${i}.ts`), text);
    return `wrong${i}.ts`;
  });
  const faults = await compile(...files);
  for (const [i, [what, text]] of Object.entries(wrong).entries()) {
    t.not(text, program, what);
    t.match(faults, new RegExp(`^wrong${i}\\.ts\\(\\d+,\\d+\\): error TS`, 'm'), `${what} is found`);
  }
});
