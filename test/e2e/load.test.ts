import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { bareEnv } from '../lab/bare-env.ts';
import { flags } from '../../packaging/build/flags.ts';
import { Picture } from '../../src/picture/picture.ts';
import type { LabAmi } from '../lab/ami.ts';
import { spawnBound } from '../lab/child.ts';
import type { Daemon } from '../lab/daemon.ts';
import { tokenOf } from '../lab/daemon.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';
import { compareLive } from './run-scenarios.ts';

/** How much slower its slowest answers may be than those of a server that does nothing, both under the load (p99 ÷ p99). */
const wantedRatio = 5;
/** Milliseconds of one window, and how many of them one attempt has. */
const windowTime = 2_500;
const windows = 3;
/** The machine is shared: another's burst must not fail the test. */
const attempts = 3;
/** Milliseconds between two calls of the load. */
const callInterval = 33;

/** Calls without phones: s talks to itself for half a second through four Local channels. */
const dialplan = `[load]
exten => s,1,Answer()
 same => n,Wait(0.5)
 same => n,Hangup()
exten => dial,1,Dial(Local/s@load,5)
 same => n,Hangup()`;

interface Latency {
  readonly count: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Asks GET queue-info over one connection for a while, from a process of its own. */
async function latency(port: number): Promise<Latency> {
  const script = join(import.meta.dirname, 'get-latency.ts');
  const args = [String(port), '/coocenter-api/queues/queue-info', tokenOf(), String(windowTime)];
  let output = '';
  const env = bareEnv();
  const child = spawnBound([process.execPath, script, ...args], { env }, (text) => {
    output += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the measurement failed: ${output}`);
  return JSON.parse(output) as Latency;
}

/** A server that does nothing but answer, in a process of its own. */
async function bareServer(): Promise<{ readonly port: number; readonly stop: () => void }> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const script = join(import.meta.dirname, 'bare-http.ts');
  const child = spawnBound([process.execPath, script], { env: bareEnv() }, (text) => {
    resolve(Number(text));
  });
  child.once('close', () => {
    reject(new Error('the server ended'));
  });
  return { port: await promise, stop: () => child.kill('SIGKILL') };
}

const shown = ({ count, p50, p99 }: Latency): string => `${count}× p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)} ms`;

/** Events so far that the daemon reads too. */
const relevant = ({ events }: LabAmi): number => events.filter(({ Event = '' }) => Picture.events.has(Event)).length;

/** Calls, real phones and pauses at a steady rate while `work` lasts; the events a second that this made. */
async function underLoad<T>({ ami, asterisk }: Lab, work: () => Promise<T>): Promise<{ result: T; rate: number }> {
  let beat = 0;
  const failures: unknown[] = [];
  const send = (name: string, fields: Readonly<Record<string, string>>): void => {
    ami.action(name, fields).catch((cause: unknown) => failures.push(cause));
  };
  const timer = setInterval(() => {
    beat++;
    const call = { Context: 'load', Exten: 'dial', Priority: '1', Async: 'true' };
    send('Originate', { ...call, Channel: 'Local/s@load' });
    const paused = beat % 2 === 0 ? 'true' : 'false';
    send('QueuePause', { Queue: '630', Interface: `${asterisk.tech}/800`, Paused: paused });
    if (beat % 12 === 0) {
      send('Originate', { Channel: `${asterisk.tech}/801`, Application: 'Wait', Data: '0.3', Async: 'true' });
    }
  }, callInterval);
  try {
    // Until as many calls end as begin.
    await sleep(1_000);
    const [before, start] = [relevant(ami), performance.now()];
    const result = await work();
    const rate = ((relevant(ami) - before) * 1000) / (performance.now() - start);
    if (failures.length > 0) throw new AggregateError(failures, 'Asterisk refused a part of the load');
    return { result, rate };
  } finally {
    clearInterval(timer);
  }
}

/** Resolves when nobody talks any more. */
async function quiet({ ami }: Lab): Promise<void> {
  const isOver = async (): Promise<boolean> => (await ami.action('CoreShowChannels')).items.length === 0;
  await eventually('the end of every call', isOver);
  await sleep(200);
}

/** Private memory in kB (proc(5)). */
function rssAnon({ pid }: Daemon): number {
  return Number(/^RssAnon:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1]);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

void t.test('GET queue-info under load', async (t) => {
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, ami } = lab;
      await lab.phone('800');
      (await lab.phone('801')).behaviour = 'answer';
      await lab.operator.login('800', '630');
      await ami.action('Events', { EventMask: 'system,call,agent,user,cdr,reporting' });
      t.comment(`RssAnon idle ${rssAnon(daemon)} kB`);
      const bare = await bareServer();
      t.teardown(bare.stop);
      t.comment(`idle: ${shown(await latency(daemon.port))}; a bare server ${shown(await latency(bare.port))}`);
      const rates: number[] = [];
      const memory: number[] = [];
      let ratio = Infinity;
      for (let attempt = 1; attempt <= attempts && !(ratio <= wantedRatio); attempt++) {
        const own: number[] = [];
        const other: number[] = [];
        for (let window = 1; window <= windows; window++) {
          await quiet(lab);
          const { result, rate } = await underLoad(lab, () => Promise.all([latency(daemon.port), latency(bare.port)]));
          own.push(result[0].p99);
          other.push(result[1].p99);
          rates.push(rate);
          memory.push(rssAnon(daemon));
          t.comment(
            `${Math.round(rate)} events/s: ${shown(result[0])}; a bare server ${shown(result[1])}; RssAnon ${memory.at(-1) ?? 0} kB`,
          );
        }
        ratio = median(own) / median(other);
        t.comment(`attempt ${attempt}: p99 ÷ p99 of a bare server = ${ratio.toFixed(2)}`);
      }
      t.ok(Math.min(...rates) > 0, `there was a load: ${rates.map(Math.round).join(', ')} events a second`);
      t.ok(ratio <= wantedRatio, `p99 is at most ${wantedRatio} times that of a bare server`);
      await quiet(lab);
      await compareLive(t, daemon, ami);
      const calls = await daemon.api('POST', 'extensions/current-calls');
      t.same((calls.json as { data: unknown }).data, [], 'contract §4.1: no call is left');
      t.comment(`RssAnon after each window: ${memory.join(', ')} kB; now ${rssAnon(daemon)} kB`);
      t.ok(rssAnon(daemon) <= 2 * (memory[0] ?? 0), 'private memory does not grow from window to window');
      t.same(errorsIn(daemon.output), [], 'no error in its log');
    },
    // As on the box: without its flags V8 lets the memory grow before it collects.
    { extra: { 'extensions.conf': dialplan }, daemon: { nodeArguments: flags } },
  );
});
