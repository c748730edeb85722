import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { AmiClient } from '../../src/ami/client.ts';
import type { AmiError } from '../../src/ami/errors.ts';
import { Peer, welcome } from './peer.ts';

/** A client that is up, and everything it told. */
async function connected(t: Test, onEvent: (uniqueid: string) => void = () => undefined) {
  const asterisk = await new Peer().start();
  const told: string[] = [];
  const log = (message: string): void => void told.push(message);
  const ami = new AmiClient({
    host: '127.0.0.1',
    port: asterisk.port,
    username: 'coocenter-api',
    secret: 'secret',
    events: new Set(['Hangup']),
    variables: () => false,
    log: { error: log, warning: log, info: log, debug: log },
    onEvent: (message) => {
      onEvent(message.get('Uniqueid'));
    },
    onUp: () => told.push('up'),
    onDown: (reason) => told.push(`down ${reason.kind}`),
    timing: { backoffMin: 10, backoffMax: 40, deadline: 60_000 },
  });
  t.teardown(async () => {
    await ami.stop();
    await asterisk.stop();
  });
  ami.start();
  await until(() => ami.state === 'up');
  return { asterisk, ami, told };
}

/** Waits for what another side does; fails by the test's own limit. */
async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(2);
}

void t.test('a list that never ends is given up at a bound, and its items are still nobody else’s', async (t) => {
  const events: string[] = [];
  const { asterisk, ami } = await connected(t, (uniqueid) => events.push(uniqueid));
  asterisk.script = (action, { socket }) => {
    if (action['Action'] !== 'CoreShowChannels') {
      welcome(action, asterisk.line);
      return;
    }
    const id = `ActionID: ${action['ActionID'] ?? ''}\r\n`;
    socket.write(`Response: Success\r\n${id}EventList: start\r\n\r\n`);
    const items = `Event: SomeItem\r\n${id}Uniqueid: item\r\nNotes: ${'x'.repeat(1000)}\r\n\r\n`.repeat(500);
    const more = (): void => {
      if (!socket.destroyed) socket.write(items, () => setImmediate(more));
    };
    more();
  };
  const error: unknown = await ami.list('CoreShowChannels').catch((cause: unknown) => cause);
  t.equal((error as AmiError).kind, 'protocol');
  t.equal((await ami.action('Ping')).get('Ping'), 'Pong', 'the connection lives on, items and all');
  t.strictSame(events, []);
});

void t.test(
  'a peer that talks and does not read is left, before what it was told to do is told too late',
  async (t) => {
    const { asterisk, ami, told } = await connected(t);
    const { socket } = asterisk.line;
    socket.pause();
    const chatter = setInterval(() => socket.write('Event: Newexten\r\n\r\n'), 5);
    t.teardown(() => {
      clearInterval(chatter);
    });
    const lost: Promise<unknown>[] = [];
    while (!told.includes('down timeout')) {
      for (let i = 0; i < 500 && ami.state === 'up'; i++) {
        lost.push(
          ami.action('Getvar', { Variable: 'x'.repeat(900) }).catch((error: unknown) => (error as AmiError).kind),
        );
      }
      await sleep(1);
    }
    t.ok(told.some((line) => line.includes('does not read')));
    t.strictSame(new Set(await Promise.all(lost)), new Set(['disconnected']));
    await until(() => ami.state === 'up');
  },
);

void t.test('a list that never ends makes no forgeries of the events behind it', async (t) => {
  const events: string[] = [];
  const { asterisk, ami } = await connected(t, (uniqueid) => events.push(uniqueid));
  asterisk.script = (action, line) => {
    welcome(action, line);
    if (action['Action'] !== 'QueueStatus') return;
    line.say('Response: Success', `ActionID: ${action['ActionID'] ?? ''}`, 'EventList: start');
  };
  const error: unknown = await ami.list('QueueStatus', {}, { deadline: 200 }).catch((cause: unknown) => cause);
  t.equal((error as AmiError).kind, 'timeout');
  asterisk.line.say('Event: Hangup', 'Uniqueid: 3.3');
  await until(() => events.length > 0);
  t.strictSame(events, ['3.3']);
  t.equal(ami.forged, 0);
});
