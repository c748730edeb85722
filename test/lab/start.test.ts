import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { setups } from './setup.ts';
import { Start, startEnv } from './started.ts';
import { eventually } from './within.ts';

const root = join(import.meta.dirname, '../..');
const exec = promisify(execFile);

void t.test('npm start -- --once: every push is a line, and it ends by itself with 0', async (t) => {
  const start = new Start(t, '--once');
  await start.said('Ctrl-C ends it.');
  const [recordings, file] = [start.after('recordings'), start.after('api.conf')];
  if (!t.equal(await start.ended, 0)) t.comment(start.output);
  await start.gone();
  t.notOk(existsSync(recordings) || existsSync(file), 'it leaves nothing behind');
  const { pushes } = start;
  const kinds = new Set(pushes.map(({ event }) => event));
  t.strictSame([...kinds].sort(), ['cc_cdr', 'cdr', 'dialbegein', 'dialend', 'extensionstatus', 'hangup', 'ivr']);
  const calltypes = pushes.filter(({ event }) => event === 'cdr').map(({ calltype }) => calltype);
  t.strictSame([...new Set(calltypes)].sort(), ['', 'inbound', 'outbound'], 'calls within, in and out');
  const strange = start.output
    .split('\n')
    .filter((line) => /^(daemon:|npm |\(it went otherwise)|Error|^ +at /.test(line));
  t.strictSame(strange, [], 'and nothing went wrong');
  t.notMatch(start.output, '\u001b', 'no colours in a file');
});

void t.test(
  'npm start: what is printed works, another port when 8000 is taken, and Ctrl-C ends everything with 0',
  async (t) => {
    const other = createServer().on('error', () => undefined);
    const take = (): void => {
      if (!other.listening) other.listen(8000, '127.0.0.1');
    };
    // Whoever else has it takes it from us as well, and may let go of it.
    const again = setInterval(take, 20);
    t.teardown(() => {
      clearInterval(again);
      other.close();
    });
    const tried = new Promise((resolve) => other.once('listening', resolve).once('error', resolve));
    take();
    await tried;
    const start = new Start(t, '--setup', '16-sip');
    await start.said('Ctrl-C ends it.');
    t.match(start.output, / \(port 8000 is taken\)$/m);
    const lines = start.output.split('\n').filter((line) => line.startsWith('curl '));
    t.equal(lines.length, 3);
    const answers = [];
    for (const line of lines) {
      const { stdout } = await exec('sh', ['-c', line.replace('curl ', 'curl -sS --fail-with-body ')]);
      answers.push(JSON.parse(stdout) as unknown);
    }
    t.match(answers, [
      { status: 'success', message: 'Channels will follow', data: Array },
      { status: 'success', message: 'Originate successfully queued', data: { uniqueid: /\d/ } },
      {
        status: 'success',
        message: 'Queue status will follow',
        data: { 630: Array, 631: [{ name: 'sip/803', paused: '0' }] },
      },
    ]);
    for (const page of ['panel', 'bar', 'wallboard']) {
      const answer = await fetch(start.after(page));
      t.equal(answer.status, 200, start.after(page));
      t.match(answer.headers.get('content-type'), 'text/html');
      await answer.body?.cancel();
    }
    t.match(start.after('address'), /^http:\/\/127\.0\.0\.1:\d+\/coocenter-api$/);
    t.ok(lines.every((line) => line.includes(start.after('token'))));
    const recordings = start.after('recordings');
    const file = start.after('api.conf');
    t.ok(existsSync(file), 'its api.conf is where it says');
    t.match(
      await exec(process.execPath, [join(root, 'src/main.ts'), '--check-config', '--config', file], { env: startEnv }),
      {
        stdout: /: no errors/,
        stderr: '',
      },
    );
    await eventually('the click-to-dial between 804 and 805 is pushed too', () =>
      start.pushes.some(({ event, destcalleridnum }) => event === 'dialbegein' && destcalleridnum === '805'),
    );
    const recorded = await eventually(
      'a recording',
      () => start.pushes.find(({ event, recordfile }) => event === 'cdr' && recordfile !== '')?.['recordfile'],
    );
    t.ok(existsSync(join(recordings, recorded)), 'the recordings are where it says');
    const url = `${start.after('address')}/monitor/${recorded}`;
    const recording = await fetch(url, { headers: { authorization: start.after('token') } });
    t.equal(recording.status, 200, 'and are served');
    await recording.body?.cancel();
    t.notMatch(start.after('address'), ':8000/');
    // npm repeats what the terminal has sent to all of the group.
    start.signal('SIGINT');
    start.signal('SIGINT');
    if (!t.equal(await start.ended, 0)) t.comment(start.output);
    await start.gone();
    t.match(start.output, /\n\nending …\n$/, 'without a word about the calls that are cut');
    t.notOk(existsSync(recordings) || existsSync(file), 'it leaves nothing behind');
  },
);

void t.test('npm start -- --config FILE: the daemon alone, its signals and its exit code', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const dir = t.testdir({
    'api.conf': `[general]\nBINDADDR = 127.0.0.1\nBINDPORT = ${port}\n[ami]\nport = 1\n`,
    'bad.conf': '[general]\nBINDPORT = x\n',
  });
  const busy = new Start(t, '--config', join(dir, 'api.conf'));
  t.equal(await busy.ended, 1, 'a port in use');
  t.match(busy.output, /^<3>coocenter-api cannot start: .*in use.*\n$/);
  server.close();
  await once(server, 'close');

  const start = new Start(t, '--config', join(dir, 'api.conf'));
  await start.said(`listens on 127.0.0.1 port ${port}`);
  start.signal('SIGTERM');
  if (!t.equal(await start.ended, 0)) t.comment(start.output);
  await start.gone();

  const bad = new Start(t, '--config', join(dir, 'bad.conf'));
  t.equal(await bad.ended, 1);
  t.match(bad.output, `${dir}/bad.conf:2: [general] BINDPORT`);
});

void t.test('start.ts --help, and what was mistyped', async (t) => {
  const run = (...args: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
    exec(process.execPath, [join(root, 'test/lab/start.ts'), ...args], { env: startEnv });
  const { stdout, stderr } = await run('--help');
  t.equal(stderr, '');
  for (const word of ['--setup', '--once', '--config', ...setups]) t.match(stdout, word);
  await t.rejects(run('--frob'), { code: 2, stderr: /^npm start: Unknown option '--frob'.*\nusage: npm start/ });
  await t.rejects(run('--setup', '23'), { code: 2, stderr: /^npm start: there is no set-up 23: 16-sip,/ });
});
