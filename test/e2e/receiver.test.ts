import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import { bareEnv } from '../lab/bare-env.ts';
import type { Call } from '../lab/call.ts';
import { spawnBound } from '../lab/child.ts';
import { tokenOf } from '../lab/daemon.ts';
import type { Push } from '../lab/receiver.ts';
import { Receiver } from '../lab/receiver.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { run as playCall } from '../lab/scenarios/internal-callee-hangs-up.ts';
import { connected } from '../lab/scenarios/talk.ts';
import { eventually, patience, within } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';
import { compareLive } from './run-scenarios.ts';

/** The receiver under test is the lab's; the witness is a second one, always well, that shows what was to be pushed. */
type Stage = Lab & { readonly witness: Receiver };

const idOf = ({ headers }: Push): string => String(headers['webhook-id']);
/**
 * What keeps its order: the records of a call, its signals, an extension's states (contract §3.4). A record that was
 * refused waits, and the signals of its call do not wait for it.
 */
const laneOf = ({ json }: Push): string =>
  `${json['event'] === 'cdr' ? 'records' : 'signals'} ${String(json['exten'] ?? json['uniqueid'])}`;

/** The ids of what came, lane by lane, each in the order in which it came first. */
function lanes(pushes: readonly Push[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const push of pushes) {
    const lane = (found[laneOf(push)] ??= []);
    if (!lane.includes(idOf(push))) lane.push(idOf(push));
  }
  return found;
}

/** Longer than the probes of a receiver that was away for a few seconds. */
const recovery = 30_000;

/**
 * Two calls while the receiver is not well: nobody else notices; then it is well again and gets everything, in order.
 * `atLeastOnce`: it may have taken an event and could not say so.
 */
async function unwell(
  t: Test,
  lab: Stage,
  ill: () => unknown,
  heal: () => unknown,
  atLeastOnce = false,
): Promise<void> {
  const { daemon, receiver, witness, ami } = lab;
  await sleep(300);
  receiver.clear();
  witness.clear();
  await ill();
  for (let calls = 1; calls <= 2; calls++) {
    const call = playCall(lab);
    t.equal((await daemon.api('GET', 'queues/queue-info')).status, 200, 'the API answers during the call');
    await call;
    await witness.waitFor(({ json }) => json['event'] === 'cdr', { count: calls });
  }
  await witness.waitFor(({ json }) => json['event'] === 'hangup', { count: 4 });
  await compareLive(t, daemon, ami);
  await heal();
  await receiver.waitFor(({ json }) => json['event'] === 'cdr', { count: 2, milliseconds: recovery });
  const all = (): number => new Set(receiver.pushes.map(idOf)).size;
  await eventually('every push', () => all() >= new Set(witness.pushes.map(idOf)).size, recovery);
  await sleep(300);
  t.same(lanes(receiver.pushes), lanes(witness.pushes), 'everything arrived, in order per call');
  const cdrs = receiver.pushes.filter(({ json }) => json['event'] === 'cdr');
  t.equal(new Set(cdrs.map(idOf)).size, 2, 'contract §3.6: the cdr of each call');
  if (!atLeastOnce) t.equal(receiver.pushes.length, all(), 'each exactly once, by its webhook-id');
  for (const { raw, ...push } of receiver.pushes) {
    const same = witness.pushes.find((other) => idOf(other) === idOf({ raw, ...push }));
    if (same?.raw !== raw) t.equal(raw, same?.raw, 'the same id, the same body');
  }
}

/** The receiver in every state that a customer's server can be in. */
async function illnesses(t: Test, lab: Stage): Promise<void> {
  const { receiver } = lab;
  const well = (): void => {
    receiver.clear();
    receiver.mode = { do: 'ok' };
  };
  /** Connections that were never answered end with the server. */
  const restarted = async (): Promise<void> => {
    await receiver.down();
    well();
    await receiver.up();
  };
  await t.test('down', (t) =>
    unwell(
      t,
      lab,
      () => receiver.down(),
      () => receiver.up(),
    ),
  );
  await t.test('500', (t) => unwell(t, lab, () => (receiver.mode = { do: 'status', status: 500 }), well));
  await t.test('slow', (t) =>
    unwell(
      t,
      lab,
      () => (receiver.mode = { do: 'slow', milliseconds: 700 }),
      () => undefined,
    ),
  );
  receiver.mode = { do: 'ok' };
  await t.test('never answering', (t) => unwell(t, lab, () => (receiver.mode = { do: 'never' }), restarted));
  await t.test('cutting its answers', (t) =>
    unwell(
      t,
      lab,
      () => (receiver.mode = { do: 'cut' }),
      () => undefined,
    ),
  );
  receiver.mode = { do: 'ok' };
  let isFlapping = true;
  let flapping: Promise<void> | undefined;
  const flap = async (): Promise<void> => {
    while (isFlapping) {
      await receiver.down();
      await sleep(120);
      await receiver.up();
      await sleep(80);
    }
  };
  const settle = async (): Promise<void> => {
    isFlapping = false;
    await flapping;
  };
  await t.test('going down and up all the time', (t) =>
    unwell(t, lab, () => void (flapping = flap()), settle, true).finally(settle),
  );
}

/** 800 and 801 talk. */
async function talk(lab: Stage): Promise<{ call: Call; answer: Call }> {
  const { call, answer } = await connected(lab);
  await lab.receiver.waitForEvent('dialbegein', { calleridnum: '800' });
  return { call, answer };
}

/** SIGHUP with a file that is no good: the old configuration goes on, and so do the calls. */
async function badReload(t: Test, lab: Stage): Promise<void> {
  const { daemon, receiver } = lab;
  receiver.clear();
  const { call, answer } = await talk(lab);
  const from = daemon.output.length;
  daemon.configure({ general: { log_level: 'loud', WEBKEY: 'another' } });
  const line =
    readFileSync(daemon.file, 'utf8')
      .split('\n')
      .findIndex((text) => text.startsWith('log_level')) + 1;
  daemon.reload();
  const said = (): string => daemon.output.slice(from);
  await eventually('the refusal', () => said().includes('the old one goes on'));
  const named = `<3>${daemon.file}:${line}: `;
  t.ok(
    said()
      .split('\n')
      .some((text) => text.startsWith(named) && text.includes('log_level')),
    `the log names file, line and key: ${said()}`,
  );
  t.equal((await daemon.api('GET', 'queues/queue-info')).status, 200, 'contract §2: the WEBKEY is the old one');
  t.equal(call.state, 'up', 'the call goes on');
  await answer.hangUp();
  await receiver.waitForEvent('dialend', { dialstatus: 'hangup' });
  await receiver.waitForEvent('cdr');
}

/** SIGHUP with a good file takes effect in the middle of a call. */
async function goodReload(t: Test, lab: Stage): Promise<void> {
  const { daemon, receiver } = lab;
  const other = await new Receiver().start();
  t.teardown(() => other.stop());
  const folder = join(daemon.dir, 'recordings');
  mkdirSync(folder);
  writeFileSync(join(folder, 'new.wav'), 'a recording');
  receiver.clear();
  const { pid } = daemon;
  const { call, answer } = await talk(lab);
  await receiver.waitForEvent('extensionstatus', { exten: '801', status: '1' });
  await receiver.waitForEvent('extensionstatus', { exten: '800', status: '1' });
  receiver.clear();
  const headers = { authorization: tokenOf('new key') };
  const get = (path: string): Promise<Response> => fetch(`${daemon.base}/${path}`, { headers });
  t.equal((await get('monitor/new.wav')).status, 401, 'the new key is not known yet');
  daemon.configure({
    general: { URL: other.url, WEBKEY: 'new key', log_level: 'warning', monitor_dir: folder },
  });
  daemon.reload();
  await eventually('contract §2: the new WEBKEY', async () => (await get('queues/queue-info')).status === 200);
  t.equal((await daemon.api('GET', 'queues/queue-info')).status, 401, 'contract §2: the old WEBKEY is out');
  t.equal(await (await get('monitor/new.wav')).text(), 'a recording', 'contract §4.14: the new folder');
  const from = daemon.output.length;
  t.equal(call.state, 'up', 'the call goes on');
  await answer.hangUp();
  await other.waitForEvent('dialend', { dialstatus: 'hangup' });
  await other.waitFor(({ json }) => json['event'] === 'hangup', { count: 2 });
  await other.waitForEvent('cdr');
  t.same(receiver.pushes, [], 'nothing goes to the old URL any more');
  t.equal(daemon.pid, pid);
  t.notMatch(daemon.output.slice(from), /^<[67]>/m, 'log_level: only warnings are logged');
}

/** SIGTERM while the receiver answers nothing: an orderly end in time. */
async function stopped(t: Test, lab: Stage): Promise<void> {
  const { daemon, receiver } = lab;
  // The same daemon once more, as a process whose end can be watched.
  await daemon.stop();
  const main = join(import.meta.dirname, '../../src/main.ts');
  let output = '';
  const child = spawnBound([process.execPath, main, '--config', daemon.file], { env: bareEnv() }, (text) => {
    output += text;
  });
  const ended = once(child, 'exit');
  await eventually(
    'GET /ready',
    async () => (await fetch(`http://127.0.0.1:${daemon.port}/ready`).catch(() => undefined))?.status === 200,
  );
  receiver.mode = { do: 'never' };
  receiver.clear();
  await playCall(lab);
  await receiver.waitFor(() => true);
  child.kill('SIGTERM');
  const end = await within(patience, () => `the end after SIGTERM:\n${output}`, ended);
  t.same(end, [0, null], 'it exits with 0');
  t.match(output, /[1-9]\d* other events left/, 'it says what was not delivered');
  t.same(errorsIn(output), [], 'no error in its log');
}

void t.test('whatever the receiver does, calls and API go on', async (t) => {
  const witness = await new Receiver().start();
  t.teardown(() => witness.stop());
  await withLab(
    t,
    '16-sip',
    async (stage) => {
      const lab: Stage = { ...stage, witness };
      const { daemon } = lab;
      const { pid } = daemon;
      await lab.phone('800');
      await lab.phone('801');
      await illnesses(t, lab);
      t.equal(daemon.pid, pid, 'the daemon is the same');
      t.same(errorsIn(daemon.output), [], 'no error in its log');
      await t.test('SIGHUP with a bad file', (t) => badReload(t, lab));
      await t.test('SIGHUP with a good file', (t) => goodReload(t, lab));
      daemon.configure();
      await t.test('SIGTERM with a receiver that never answers', (t) => stopped(t, lab));
    },
    { api: { 'push.witness': { URL: witness.url } } },
  );
});
