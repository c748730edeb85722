import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { bareEnv } from './lab/bare-env.ts';
import { contract } from './config/contract.ts';
import { freeTcpPort } from './lab/ports.ts';
import { eventually } from './lab/within.ts';

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const usage = /^usage: coocenter-api \[--config FILE\]/m;

/** The daemon's command as a process of its own, ended with the test. */
class Command {
  stdout = '';
  stderr = '';
  /** Exit code, or the signal that ended it; resolved when all its output is in. */
  readonly ended: Promise<number | string | null>;
  readonly #child;

  constructor(t: Test, ...args: readonly string[]) {
    // tap's loaders are for the tests; the daemon runs as it is installed.
    const env = bareEnv();
    const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...args], { env });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string | null);
    this.#child = child;
    t.teardown(() => child.kill('SIGKILL'));
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Nobody reads what it writes any more. */
  unheard(): void {
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
  }
}

async function run(t: Test, ...args: readonly string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const command = new Command(t, ...args);
  const code = await command.ended;
  return { code, stdout: command.stdout, stderr: command.stderr };
}

function fileWith(t: Test, text: string): string {
  const file = join(t.testdir({}), 'api.conf');
  writeFileSync(file, text);
  return file;
}

void t.test('--version and --help print, and end with 0', async (t) => {
  t.strictSame(await run(t, '--version'), { code: 0, stdout: `coocenter-api ${version}\n`, stderr: '' });
  const help = await run(t, '--help');
  t.match(help, { code: 0, stdout: usage, stderr: '' });
  for (const option of ['--config', '--check-config', '--version', '--help', 'SIGHUP', 'SIGTERM']) {
    t.match(help.stdout, option, `--help tells of ${option}`);
  }
});

void t.test('what was mistyped is named, with the usage, and ends with 2', async (t) => {
  for (const [args, named] of [
    [['--frob'], "'--frob'"],
    [['api.conf'], "'api.conf'"],
    [['--config'], "'--config <value>'"],
    [['--help=1'], "'--help'"],
  ] as const) {
    const { code, stdout, stderr } = await run(t, ...args);
    t.strictSame([code, stdout], [2, ''], args.join(' '));
    t.match(stderr, usage);
    const [first = ''] = stderr.split('\n');
    t.match(first, 'coocenter-api: ');
    t.match(first, named);
  }
});

void t.test('contract §1: --check-config accepts the sample as it is printed there', async (t) => {
  const file = fileWith(t, contract);
  const good = { code: 0, stdout: `${file}: no errors\n`, stderr: '' };
  t.strictSame(await run(t, '--check-config', '--config', file), good);
});

void t.test('--check-config accepts etc/api.conf without a warning', async (t) => {
  const file = join(root, 'etc/api.conf');
  const good = { code: 0, stdout: `${file}: no errors\n`, stderr: '' };
  t.strictSame(await run(t, '--check-config', '--config', file), good);
});

void t.test('--check-config and a start name every problem by file, line and key, and end with 1', async (t) => {
  const file = fileWith(t, '[general]\nBINDPORT = 80000\nURL = ftp://x\nBIND_PORT = 1\n[ami]\nport = x\n');
  for (const args of [['--check-config'], []]) {
    const { code, stdout, stderr } = await run(t, ...args, '--config', file);
    t.equal(code, 1);
    t.equal(stdout, '', 'and does nothing else');
    t.match(stderr.split('\n'), [
      `${file}:2: [general] BINDPORT: "80000" is not a whole number from 1 to 65535`,
      `${file}:3: [general] URL: "ftp://x" is not a URL`,
      `${file}:6: [ami] port: "x"`,
      /^$/,
    ]);
  }
});

void t.test('--check-config warns of an unknown key, and of what was meant', async (t) => {
  const file = fileWith(t, '[general]\nBIND_PORT = 1\n');
  const { code, stderr } = await run(t, '--check-config', '--config', file);
  t.equal(code, 0);
  t.match(stderr, `${file}:2: [general] BIND_PORT: unknown key`);
  t.match(stderr, 'BINDPORT');
});

void t.test('a file that is not there or no file ends with 1, named', async (t) => {
  const dir = t.testdir({});
  for (const file of [join(dir, 'none.conf'), dir]) {
    const { code, stdout, stderr } = await run(t, '--config', file);
    t.strictSame([code, stdout], [1, '']);
    t.match(stderr, `${file}: cannot be read`);
    t.equal(stderr.trim().split('\n').length, 1, 'in one line');
  }
});

void t.test('a port in use is one clear line, and ends with 1', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.teardown(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const file = fileWith(t, `[general]\nBINDADDR = 127.0.0.1\nBINDPORT = ${port}\ndata_dir = ${t.testdirName}/data\n`);
  const { code, stdout, stderr } = await run(t, '--config', file);
  t.strictSame([code, stderr], [1, '']);
  const lines = stdout.trim().split('\n');
  t.equal(lines.length, 1, 'in one line');
  t.match(lines[0], /^<3>coocenter-api cannot start: /);
  t.match(lines[0], `127.0.0.1:${port}`);
  t.match(lines[0], /in use/i);
});

void t.test('without Asterisk: it serves, says so, re-reads its file at SIGHUP, and ends with 0', async (t) => {
  const port = await freeTcpPort();
  const text = `[general]\nBINDADDR = 127.0.0.1\nBINDPORT = ${port}\ndata_dir = ${t.testdirName}/data\n[ami]\nport = ${await freeTcpPort()}\n`;
  const file = fileWith(t, text);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    writeFileSync(file, text);
    const command = new Command(t, '--config', file);
    const said = (line: string): Promise<true> => eventually(line, () => command.stdout.includes(line) || undefined);
    await said(`<6>coocenter-api ${version} listens on 127.0.0.1 port ${port}\n`);
    await said('<4>no WEBKEY is set');
    const base = `http://127.0.0.1:${port}`;
    t.equal((await fetch(`${base}/health`)).status, 200, 'it lives');
    const ready = await fetch(`${base}/ready`);
    t.equal(ready.status, 503, 'and is not ready');
    t.match(await ready.json(), { status: 'error', message: /no connection to Asterisk.*ECONNREFUSED/ });
    const calls = await fetch(`${base}/coocenter-api/extensions/current-calls`, { method: 'POST' });
    t.equal(calls.status, 503);
    t.match(calls.headers.get('retry-after'), /^\d+$/);
    t.match(await calls.json(), { status: 'error', message: /no connection to Asterisk/ });

    writeFileSync(file, `${text}[general]\nWEBKEY = k\n`);
    command.signal('SIGHUP');
    await said('<6>the configuration was re-read\n');
    const path = `${base}/coocenter-api/queues/queue-info`;
    t.equal((await fetch(path)).status, 401, 'contract §2: the WEBKEY of the new file is asked for');
    writeFileSync(file, '[general]\nBINDPORT = no\n');
    command.signal('SIGHUP');
    await said('the configuration was not re-read: the old one goes on\n');
    t.match(command.stdout, `<3>${file}:2: [general] BINDPORT: "no"`);
    t.equal((await fetch(path)).status, 401);

    command.signal(signal);
    t.equal(await command.ended, 0, `${signal} ends it in order`);
    t.equal(command.stderr, '');
  }
});

void t.test('who read the log goes away: it serves on, and ends in order, asked once or more often', async (t) => {
  const port = await freeTcpPort();
  const file = fileWith(
    t,
    `[general]\nBINDADDR = 127.0.0.1\nBINDPORT = ${port}\ndata_dir = ${t.testdirName}/data\n[ami]\nport = ${await freeTcpPort()}\n`,
  );
  const command = new Command(t, '--config', file);
  await eventually('listening', () => command.stdout.includes('listens on') || undefined);
  command.unheard();
  for (let i = 0; i < 20; i++) {
    command.signal('SIGHUP');
    t.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 200);
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM', 'SIGINT'] as const) command.signal(signal);
  t.equal(await command.ended, 0);
});
