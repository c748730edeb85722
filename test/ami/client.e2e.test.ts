import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { AmiClient, type AmiClientOptions } from '../../src/ami/client.ts';
import { AmiError } from '../../src/ami/errors.ts';
import { Asterisk } from '../lab/asterisk.ts';
import { LabAmi } from '../lab/ami.ts';
import { accounts } from '../lab/conf.ts';
import { type Setup, setups } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';

interface Seen {
  readonly ami: AmiClient;
  readonly ups: number[];
  readonly downs: AmiError[];
  readonly events: string[];
}

function client(asterisk: Asterisk, account: { username: string; secret: string }): Seen {
  const seen = { ups: [] as number[], downs: [] as AmiError[], events: [] as string[] };
  const silent = (): void => undefined;
  const options: AmiClientOptions = {
    host: 'localhost',
    port: asterisk.amiPort,
    ...account,
    events: new Set(['OriginateResponse', 'VarSet']),
    variables: (name) => name === 'WANTED',
    log: { error: silent, warning: silent, info: silent, debug: silent },
    onEvent: (message) => {
      const value = message.get('Value') || message.get('Reason');
      seen.events.push(`${message.name} ${message.get('Variable') || message.get('ActionID')} ${value}`);
    },
    onUp: () => seen.ups.push(Date.now()),
    onDown: (reason) => seen.downs.push(reason),
    timing: { refused: 200 },
  };
  return { ami: new AmiClient(options), ...seen };
}

const isUp = (seen: Seen): Promise<unknown> => eventually('it is up', () => seen.ami.state === 'up');

const kindOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'fulfilled',
    (error: unknown) => (error instanceof AmiError ? error.kind : 'another error'),
  );

/** Stops every thread of Asterisk; resolves when none runs any more. */
async function freeze({ pid }: Asterisk): Promise<void> {
  if (pid === undefined) throw new Error('Asterisk does not run');
  process.kill(pid, 'SIGSTOP');
  const tasks = `/proc/${pid}/task`;
  const isStopped = (task: string): boolean => readFileSync(`${tasks}/${task}/stat`, 'utf8').includes(') T ');
  await eventually('Asterisk stands still', () => readdirSync(tasks).every(isStopped));
}

/** The lists that every connection asks for first; those of the other technology are refused or empty. */
const lists = (setup: Setup) =>
  [
    'CoreShowChannels',
    'QueueStatus',
    'ExtensionStateList',
    setup === '16-sip' ? 'SIPpeers' : 'PJSIPShowEndpoints',
  ] as const;

for (const setup of setups) {
  void t.test(setup, async (t) => {
    const asterisk = new Asterisk(setup);
    t.teardown(() => asterisk.dispose());
    await asterisk.start();
    const seen = client(asterisk, accounts.daemon);
    const { ami, events } = seen;
    t.teardown(() => ami.stop());
    ami.start();
    await isUp(seen);

    await t.test('the lists of a connect, all asked for in one tick', async (t) => {
      const answers = await Promise.all(lists(setup).map((name) => ami.list(name)));
      for (const { response, items } of answers) {
        t.equal(response.name, 'Success');
        t.ok(items.every((item) => item.type === 'event' && !item.name.endsWith('Complete')));
      }
      const [channels, queues, hints, devices] = answers.map(({ items }) => items);
      t.strictSame(channels, []);
      t.ok(queues?.some((item) => item.name === 'QueueParams' && item.get('Queue') === '630'));
      t.ok(hints?.some((item) => item.name === 'ExtensionStatus' && item.get('Exten') === '801'));
      t.ok(devices?.some((item) => item.get('ObjectName') === '801'));
      const [a, b] = await Promise.all([
        ami.action('Getvar', { Variable: 'ASTETCDIR' }),
        ami.action('QueuePause', { Queue: '630', Interface: 'nobody', Paused: 'true' }),
      ]);
      t.match(a.get('Value'), /\/etc$/);
      t.equal(b.name, 'Error');
      t.equal(b.get('Message'), 'Interface not found');
    });

    await t.test('chan_sip is asked for where there is none: an answer, not a time-out', async (t) => {
      const { response, items } = await ami.list('SIPpeers', {}, { deadline: 5000 });
      if (setup === '16-sip') t.equal(response.name, 'Success');
      else t.match(response.get('Message'), 'Invalid/unknown command: SIPpeers');
      t.equal(items.length > 0, setup === '16-sip');
    });

    await t.test('AstDB, and variables in UTF-8; only the wanted VarSet comes', async (t) => {
      const put = await ami.action('DBPut', { Family: 'blacklist', Key: '123456', Val: '黑名单' });
      t.equal(put.get('Message'), 'Updated database successfully');
      const { items } = await ami.list('DBGetTree', { Family: 'blacklist' });
      t.strictSame(
        items.map((item) => [item.get('Key'), item.get('Val')]),
        [['/blacklist/123456', '黑名单']],
      );
      const other = await new LabAmi(asterisk.amiPort).start();
      await other.action('Setvar', { Variable: 'OTHER', Value: 'x' });
      await other.action('Setvar', { Variable: 'WANTED', Value: '满意 ☎️' });
      other.stop();
      await eventually('the VarSet comes', () => events.includes('VarSet WANTED 满意 ☎️'));
      t.notOk(events.some((event) => event.includes('OTHER')));
    });

    await t.test('OriginateResponse comes with the ActionID that was given', async (t) => {
      const actionId = ami.nextActionId();
      const fields = { Channel: `${asterisk.tech}/nobody`, Application: 'Wait', Data: '1', Async: 'true' };
      const response = await ami.action('Originate', fields, { actionId });
      t.equal(response.get('Message'), 'Originate successfully queued');
      await eventually('it fails', () => events.includes(`OriginateResponse ${actionId} 0`));
    });

    await t.test('the longest action that is accepted here is accepted there', async (t) => {
      const longest = 'x'.repeat(1024 - 'Variable: \r\n'.length);
      t.equal((await ami.action('Getvar', { Variable: longest })).get('Variable'), longest);
      t.equal(await kindOf(ami.action('Getvar', { Variable: `${longest}x` })), 'refused-value');
      // Five lines say the action, its id and its fields; of 128 the rest are variables.
      const variables = Array.from({ length: 123 }, (_, i) => `V${i}=1`);
      const many = { Channel: 'Local/none@none', Application: 'Wait', Async: 'true', Variable: variables };
      t.equal((await ami.action('Originate', many)).name, 'Success');
      t.equal(await kindOf(ami.action('Originate', { ...many, Variable: [...variables, 'V=1'] })), 'refused-value');
      t.equal(
        await kindOf(ami.action('DBPut', { Family: 'a', Key: 'b\r\nAction: Command', Val: '' })),
        'refused-value',
      );
      t.equal((await ami.action('Ping')).get('Ping'), 'Pong', 'the connection is as it was');
    });

    await t.test('a wrong password, and a wrong user', async (t) => {
      for (const account of [
        { ...accounts.daemon, secret: 'wrong' },
        { username: 'nobody', secret: 'x' },
      ]) {
        const other = client(asterisk, account);
        other.ami.start();
        await eventually('it is refused', () => other.ami.lastError !== undefined);
        t.equal(other.ami.lastError?.kind, 'authentication');
        t.match(other.ami.lastError?.message, 'Authentication failed');
        await other.ami.stop();
        t.strictSame([other.ups, other.downs], [[], []]);
      }
    });

    await t.test('Asterisk is restarted: what waits is rejected, and it is connected again', async (t) => {
      // Stopped, it still takes bytes but answers none: the actions wait for certain when it dies.
      await freeze(asterisk);
      const pending = [kindOf(ami.list('QueueStatus')), kindOf(ami.action('Ping'))];
      await asterisk.kill();
      t.strictSame(await Promise.all(pending), ['disconnected', 'disconnected']);
      await eventually('it notices', () => seen.downs.length === 1);
      t.equal(seen.downs[0]?.kind, 'disconnected');
      t.equal(await kindOf(ami.action('Ping')), 'not-connected');
      await asterisk.resume();
      await eventually('it is up again', () => seen.ups.length === 2);
      t.equal((await ami.list('QueueStatus')).response.name, 'Success');
    });

    await ami.stop();
    t.equal(seen.downs.length, 1, 'stop is no loss');
  });
}
