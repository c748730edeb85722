import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { bareEnv } from '../lab/bare-env.ts';
import { withLab } from '../lab/scenario.ts';
import { run as playQueueCall } from '../lab/scenarios/inbound-menu-queue.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as a process of its own. */
function command(...args: readonly string[]): Promise<Printed> {
  const env = bareEnv();
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

interface Pulled {
  readonly cursor: string;
  readonly id: string;
  readonly event: string;
  readonly callId: string;
  readonly body: Readonly<Record<string, unknown>>;
}

void t.test('what a receiver missed is pulled, looked up, and sent again, as the command line does it', async (t) => {
  await withLab(t, '22-pjsip', async (lab) => {
    const { daemon, receiver, asterisk } = lab;
    const cli = (name: string, ...args: readonly string[]): Promise<Printed> =>
      command('--config', daemon.file, name, ...args);
    const pull = async (...args: readonly string[]): Promise<Pulled[]> => {
      const { code, stdout, stderr } = await cli('records', ...args);
      t.strictSame([code, stderr], [0, '']);
      return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Pulled]));
    };
    const records = ['ivr', 'cdr', 'cc_cdr'];
    const got = (): { id: string; raw: string }[] =>
      receiver.pushes
        .filter(({ json }) => records.includes(String(json['event'])))
        .map(({ headers, raw }) => ({ id: String(headers['webhook-id']), raw }));

    await receiver.down();
    await playQueueCall(lab);
    const pulled = await eventually('all records of the call', async () => {
      const all = await pull();
      return all.length === 4 && all.some(({ event }) => event === 'cc_cdr') ? all : undefined;
    });
    t.strictSame(pulled.map(({ event }) => event).sort(), ['cc_cdr', 'cdr', 'cdr', 'ivr'], 'contract §3.5–§3.7');
    t.strictSame(await pull('--since', pulled[1]!.cursor), pulled.slice(2));
    t.match(await pull('--event', 'ivr'), [{ body: { event: 'ivr', ivrId: '610' } }]);

    const bad = await cli('status');
    t.equal(bad.code, 1);
    t.match(bad.stdout, /^ok {4}Asterisk: connected since /m);
    t.match(
      bad.stdout,
      /^fail {2}receiver URL: http.* down since .*; 4 records wait, \d+ events delivered; last error .*ECONNREFUSED/m,
    );
    t.match(bad.stdout, /^ok {4}store: /m);
    const waiting = await cli('deliveries', '--state', 'pending', '--json');
    t.equal(waiting.stdout.trim().split('\n').length, 4);

    receiver.clear();
    await receiver.up();
    // A receiver that was down for long is asked every 30 s.
    await eventually('all delivered', () => got().length === 4);
    t.strictSame(
      got().map(({ id }) => id),
      pulled.map(({ id }) => id),
      'in the order of the store',
    );
    const answer = await daemon.api('GET', 'records');
    for (const { raw } of got())
      t.ok(answer.text.includes(`"body":${raw}}`), 'the pulled body is the pushed one, byte for byte');
    const good = await eventually('well again', async () => {
      const found = await cli('status');
      return found.code === 0 ? found : undefined;
    });
    t.match(good.stdout, /^ok {4}receiver URL: .* up since .*; 0 records wait, \d+ events delivered/m);

    const before = got();
    receiver.clear();
    t.match(await cli('replay', '--id', pulled[3]!.id, '--id', pulled[0]!.id), {
      code: 0,
      stdout: '2 deliveries are sent again\n',
    });
    await eventually('two again', () => got().length === 2 || undefined);
    t.strictSame(got(), [before[0], before[3]], 'the same ids and bodies, in their order');
    receiver.clear();
    t.match(await cli('replay', '--from', '2020-01-01 00:00:00'), { code: 0, stdout: '4 deliveries are sent again\n' });
    await eventually('all again', () => got().length === 4 || undefined);
    await sleep(500);
    t.strictSame(got(), before, 'and no more');
    const table = await cli('deliveries', '--state', 'delivered');
    t.equal(table.stdout.trim().split('\n').length, 5, table.stdout);

    await asterisk.kill();
    const away = await eventually('Asterisk is away', async () => {
      const found = await cli('status');
      return found.code === 1 ? found : undefined;
    });
    t.match(away.stdout, /^fail {2}Asterisk: no connection since /m);
    t.equal((await pull()).length, 4, 'what is kept is told all the same');
    t.strictSame(errorsIn(daemon.output), []);
    await daemon.stop();
    t.match(await cli('status'), { code: 1, stdout: '', stderr: /the daemon does not answer .*: is it running\?/ });
  });
});
