import { execFile } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { spawnBound } from '../lab/child.ts';
import { tokenOf, webkey } from '../lab/daemon.ts';
import type { Interpreter } from '../lab/interpreters.ts';
import { php, python } from '../lab/interpreters.ts';
import { freeTcpPort } from '../lab/ports.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { run as playQueueCall } from '../lab/scenarios/inbound-menu-queue.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { eventually } from '../lab/within.ts';
import { fencesOf, one, read, sectionsOf } from './markdown.ts';

const samples = fencesOf(read('docs/integrators.md')).filter(({ info }) => info !== '');
const exec = promisify(execFile);

/** How the samples of a language are run, and a secret as one of its users may have it. */
interface Language {
  readonly name: string;
  readonly extension: string;
  readonly interpreter: Interpreter;
  readonly secret: string;
}

const languages: readonly Language[] = [
  {
    name: 'node',
    extension: 'mjs',
    interpreter: { command: [process.execPath], env: {} },
    secret: `whsec_${randomBytes(24).toString('base64')}`,
  },
  { name: 'php', extension: 'php', interpreter: php(), secret: `whsec_${randomBytes(24).toString('base64')}` },
  { name: 'python', extension: 'py', interpreter: python(), secret: 'a plain secret, with a comma' },
];
const shell: Pick<Language, 'extension' | 'interpreter'> = {
  extension: 'sh',
  interpreter: { command: ['sh'], env: {} },
};

/** The samples as files, in folders of their own. */
class Samples {
  readonly dir = makeTemp();
  readonly #stops: (() => void)[] = [];

  folder(name: string): string {
    const folder = join(this.dir, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Runs a sample to its end; what it printed. */
  async run(
    folder: string,
    name: string,
    { extension, interpreter }: Pick<Language, 'extension' | 'interpreter'>,
    env: Readonly<Record<string, string>>,
  ): Promise<string> {
    const [command, ...args] = interpreter.command;
    const options = { cwd: folder, env: environment(interpreter, env), timeout: 20_000 };
    const { stdout } = await exec(command, [...args, this.#write(folder, `${name}.${extension}`)], options);
    return stdout;
  }

  /** Starts a receiver, and waits until it listens; returns what it has printed so far. */
  async receive(folder: string, language: Language, port: number): Promise<() => string> {
    const { name, extension, interpreter, secret } = language;
    const file = this.#write(folder, `receive.${extension}`);
    const served = name === 'php' ? ['-S', `127.0.0.1:${port}`, file] : [file];
    let output = '';
    const env = environment(interpreter, { SECRET: secret, PORT: String(port) });
    const child = spawnBound([...interpreter.command, ...served], { cwd: folder, env }, (text) => {
      output += text;
    });
    this.#stops.push(() => child.kill('SIGKILL'));
    await eventually(`the receiver in ${name} listens:\n${output}`, async () => {
      try {
        return (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' })).status === 401;
      } catch {
        return false;
      }
    });
    return () => output;
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    removeTemp(this.dir);
  }

  #write(folder: string, file: string): string {
    const { text } = one(
      samples.filter(({ info }) => info === file),
      file,
    );
    writeFileSync(join(folder, file), text);
    return join(folder, file);
  }
}

function environment({ env }: Interpreter, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  // Of the tests' own environment what a shell has, and nothing of tap.
  return { PATH: process.env['PATH'], TZ: process.env['TZ'], ...env, ...more };
}

/** What is in an inbox: id → record. */
function inbox(folder: string): Map<string, unknown> {
  const files = readdirSync(join(folder, 'inbox')).filter((name) => name.endsWith('.json'));
  return new Map(
    files
      .sort()
      .map((name) => [name.slice(0, -5), JSON.parse(readFileSync(join(folder, 'inbox', name), 'utf8')) as unknown]),
  );
}

/** When each file of an inbox was written. */
function timesOf(folder: string): number[] {
  const dir = join(folder, 'inbox');
  return readdirSync(dir)
    .sort()
    .map((name) => statSync(join(dir, name)).mtimeMs);
}

/** The records that were pushed to the lab's own receiver, as an inbox has them. */
function pushedRecords({ receiver }: Lab): Map<string, unknown> {
  const records = receiver.pushes.filter(({ json }) => ['ivr', 'cdr', 'cc_cdr'].includes(String(json['event'])));
  return new Map(
    records
      .map(({ headers, json }) => [String(headers['webhook-id']), json] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Names and order of all fields, but for those of a record's body: what arrays hold is told by their first. */
function keysOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(keysOf);
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value).map(([key, inner]) => [key, key === 'body' ? '' : keysOf(inner)]);
}

/** The `data` that a clause of docs/api.md shows. */
function sampleOf(clause: string): unknown {
  const section = sectionsOf(read('docs/api.md')).find(({ heading }) => heading.startsWith(`§${clause} `));
  return JSON.parse(fencesOf(section?.text ?? '')[0]?.text ?? 'null');
}

/** POSTs an event as the daemon does, signed with a secret for some second. */
async function post(port: number, secret: string, timestamp: number, event = 'cdr'): Promise<number> {
  const body = JSON.stringify({ event });
  const id = 'f'.repeat(32);
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
    },
  });
  return answer.status;
}

/** A link by curl, and one for each event `recording`: each plays without a token. */
async function playRecordings(
  t: Test,
  { daemon }: Lab,
  files: Samples,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { json } = await daemon.api('GET', 'records?event=recording,cc_cdr');
  const { records } = (json as { data: { records: { body: Record<string, string> }[] } }).data;
  const bodyOf = (event: string): Record<string, string> => records.find(({ body }) => body['event'] === event)!.body;
  const { path = '', uuid, seconds } = bodyOf('recording');
  t.equal(bodyOf('cc_cdr')['filePath'], path);
  const whole = (await daemon.curl(`${daemon.base}/monitor/${path}`, '-H', `Authorization: ${tokenOf()}`)).length;
  t.ok(whole > 1_000);
  const answer = await files.run(files.folder('link'), 'link', shell, { ...env, RECORDING: path });
  const { data } = JSON.parse(answer) as { data: { url: string; seconds: number } };
  t.equal(data.seconds, 600);
  const [node] = languages;
  const lines = await files.run(files.folder('recordings'), 'recordings', node!, env);
  const [, told = ''] = new RegExp(`^${uuid} ${seconds} s (http\\S+)\n$`).exec(lines) ?? [];
  for (const url of [`${env['BOX']}${data.url}`, told]) {
    t.equal((await daemon.curl(url)).length, whole, 'the recording, without a token');
    t.match(await daemon.curl('-I', `${url}&download=1`), /^content-disposition: attachment; filename="/im);
  }
}

/** Rows of the table "your client": what it says to use, by curl. */
async function tryRows(t: Test, lab: Lab): Promise<void> {
  const { daemon, receiver } = lab;
  const box = `http://127.0.0.1:${daemon.port}`;
  const ask = async (...args: readonly string[]): Promise<Record<string, unknown>> =>
    JSON.parse(await daemon.curl(...args)) as Record<string, unknown>;
  const signedIn = await ask(`${daemon.base}/local/login`, '-d', `username=crm&password=${webkey}`);
  const bearer = ['-H', `Authorization: Bearer ${String(signedIn['token'])}`];
  t.match(await ask(`${daemon.base}/session`, ...bearer), { data: { name: 'crm' } }, 'who signs in with a password');
  const path = 'plugin-asterisk/extension/click-number';
  const src = await lab.phone('800');
  const dst = await lab.phone('801');
  const fields = ['-F', 'src=800', '-F', 'dst=tel:80-1', '-F', 'clientUserId=crm-17'];
  t.match(await ask(`${daemon.base}/${path}`, ...bearer, ...fields), { message: 'clickToCall extension success' });
  for (const one of [src, dst]) {
    let call = await one.incoming();
    while (call.state === 'ended') call = await one.incoming();
    await call.answer();
  }
  const began = { destcalleridnum: '801', clientUserId: 'crm-17' };
  t.ok(await receiver.waitForEvent('dialbegein', began), 'a number as a page has it; the own id of a client');
  const { data } = await ask('-X', 'POST', `${daemon.base}/session/ticket`, ...bearer, '-d', 'purpose=stream');
  const { ticket } = data as { ticket: string };
  const stream = await fetch(`${daemon.base}/stream?ticket=${ticket}&kind=call`);
  for await (const piece of stream.body!) {
    t.match(Buffer.from(piece as Uint8Array).toString(), /event: snapshot\n/, 'a page with an EventSource');
    break;
  }
  t.match(await ask(`${box}/ready`), { message: 'ready' }, 'who monitors the box');
  t.match(await daemon.curl(`${box}/metrics`, ...bearer), /^coocenter_/m);
  await ask(`${daemon.base}/plugin-asterisk/extension/hangup`, ...bearer, '-d', 'extensions=800');
}

void t.test('the code in docs/integrators.md does what it says, on a real Asterisk and a real daemon', async (t) => {
  const files = new Samples();
  t.teardown(() => {
    files.dispose();
  });
  const ports = new Map<string, number>();
  for (const { name } of languages) ports.set(name, await freeTcpPort());
  const portOf = (name: string): number => ports.get(name) ?? 0;
  const api = Object.fromEntries(
    languages.map(({ name, secret }) => [`push.${name}`, { URL: `http://127.0.0.1:${portOf(name)}/`, secret }]),
  );
  const printed = new Map<string, () => string>();
  await Promise.all(
    languages.map(async (language) => {
      const { name } = language;
      printed.set(name, await files.receive(files.folder(name), language, portOf(name)));
    }),
  );

  const play = async (lab: Lab): Promise<void> => {
    const { daemon, receiver } = lab;
    const env = { BOX: `http://127.0.0.1:${daemon.port}`, WEBKEY: webkey };
    for (const language of [...languages, shell]) {
      const answer = await files.run(files.folder('request'), 'request', language, env);
      t.match(JSON.parse(answer), { status: 'success', data: { 630: [] } }, `request.${language.extension}`);
    }

    await playQueueCall(lab);
    await receiver.waitForEvent('cc_cdr');
    const wanted = pushedRecords(lab);
    t.equal(wanted.size, 4);
    for (const { name, secret } of languages) {
      await t.test(`${name}: a receiver`, async (t) => {
        const folder = files.folder(name);
        await eventually('all records', () => inbox(folder).size >= wanted.size);
        t.strictSame(inbox(folder), wanted, 'what was pushed is in the inbox');
        t.match(printed.get(name)?.(), /"event":"dialbegein"/, 'signals are shown');
        const now = Math.floor(Date.now() / 1000);
        t.equal(await post(portOf(name), 'another secret', now), 401, 'a wrong signature');
        t.equal(await post(portOf(name), secret, now - 600), 401, 'an old one');
        t.strictSame(inbox(folder), wanted, 'neither is kept');
        t.equal(await post(portOf(name), secret, now), 204, 'a right one');
        rmSync(join(folder, 'inbox', `${'f'.repeat(32)}.json`));
        t.equal(await post(portOf(name), secret, now, 'recording'), 204);
        t.match(inbox(folder).get('f'.repeat(32)), { event: 'recording' }, 'a recording is kept too');
        rmSync(join(folder, 'inbox', `${'f'.repeat(32)}.json`));
      });
    }

    const before = languages.map(({ name }) => timesOf(files.folder(name)));
    t.equal((await daemon.api('POST', 'deliveries/replay', { from: '2020-01-01 00:00:00' })).status, 200);
    await eventually('everything is delivered again', async () => {
      const { text } = await daemon.api('GET', 'deliveries?state=delivered');
      return (text.match(/"attempts":2,/g) ?? []).length === wanted.size * (languages.length + 1);
    });
    t.strictSame(
      languages.map(({ name }) => timesOf(files.folder(name))),
      before,
      'what comes again is dropped',
    );

    // The call's recording is a record too, which comes a moment later and only when it is asked for.
    await eventually('the recording', async () =>
      (await daemon.api('GET', 'records?event=recording')).text.includes('"event":"recording"'),
    );
    const answer = await daemon.api('GET', 'records');
    const { data } = answer.json as { data: { records: { cursor: string; id: string }[]; next: string } };
    for (const language of languages) {
      const name = `pull.${language.extension}`;
      const folder = files.folder(name);
      const pull = (): Promise<string> => files.run(folder, 'pull', language, env);
      await pull();
      t.strictSame(inbox(folder), wanted, `${name}: all`);
      t.equal(readFileSync(join(folder, 'cursor'), 'utf8'), data.next);
      rmSync(join(folder, 'inbox'), { recursive: true });
      await pull();
      t.equal(inbox(folder).size, 0, `${name}: none comes twice`);
      writeFileSync(join(folder, 'cursor'), data.records[1]?.cursor ?? '');
      await pull();
      t.strictSame(
        [...inbox(folder).keys()],
        data.records
          .slice(2)
          .map(({ id }) => id)
          .sort(),
        `${name}: the others`,
      );
    }
    for (const [clause, path] of Object.entries({ '6.1': 'records', '6.2': 'deliveries', '6.4': 'status' })) {
      const { json } = await daemon.api('GET', path);
      t.strictSame(
        keysOf((json as { readonly data: unknown }).data),
        keysOf(sampleOf(clause)),
        `docs/api.md §${clause}`,
      );
    }

    const folder = files.folder('pull.sh');
    await files.run(folder, 'pull', shell, env);
    t.equal(readFileSync(join(folder, 'page.json'), 'utf8'), answer.text, 'pull.sh: all');
    t.equal(readFileSync(join(folder, 'cursor'), 'utf8').trim(), data.next);
    await files.run(folder, 'pull', shell, env);
    t.match(readFileSync(join(folder, 'page.json'), 'utf8'), '"records":[]', 'pull.sh: none comes twice');

    await playRecordings(t, lab, files, env);
    await tryRows(t, lab);

    const body = '{"event":"cdr","source":"Zoë"}';
    writeFileSync(join(files.folder('sign'), 'body'), body);
    const made = await files.run(files.folder('sign'), 'sign', shell, { ID: 'abc', TIMESTAMP: '1', SECRET: 'secret' });
    t.equal(made.trim(), createHmac('sha256', 'secret').update(`abc.1.${body}`).digest('base64'), 'sign.sh');
  };
  await withLab(t, '22-pjsip', play, { api });
  t.strictSame(
    // Those of the stream have a test of their own.
    samples
      .map(({ info }) => info)
      .filter((info) => !info.startsWith('watch.'))
      .sort(),
    [
      ...['mjs', 'php', 'py', 'sh'].flatMap((extension) => [`pull.${extension}`, `request.${extension}`]),
      ...['mjs', 'php', 'py'].map((extension) => `receive.${extension}`),
      ...['link.sh', 'recordings.mjs', 'sign.sh'],
    ].sort(),
    'every sample was run',
  );
});
