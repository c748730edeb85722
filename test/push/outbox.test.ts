import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import t from 'tap';
import type { Test } from 'tap';

import type { Entry, PushEvent } from '../../src/store/store.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { asStored } from '../../src/push/format.ts';
import type { Format } from '../../src/push/format.ts';
import { Outbox } from '../../src/push/outbox.ts';
import type { OutboxParts, PushSettings, ReceiverSettings } from '../../src/push/outbox.ts';
import type { PosterOptions } from '../../src/push/post.ts';
import { SecretError } from '../../src/system/signing-key.ts';
import { systemClock } from '../../src/system/clock.ts';
import type { Clock } from '../../src/system/clock.ts';
import { FakeClock, FakeLog, FakeSender, settle } from './fakes.ts';

/** A clock on which waits of seconds take milliseconds, so that tests with real receivers are fast. */
const hasty: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms >= 10_000 ? ms : ms / 100, run) };

interface Got {
  readonly id: string;
  readonly attempt: string;
  readonly body: string;
}

/** A receiver on loopback that keeps what it accepted; `status` is what it answers. */
class HttpReceiver {
  readonly got: Got[] = [];
  status = 200;
  port = 0;
  #server: Server | undefined;

  async up(): Promise<void> {
    this.#server = createServer((req, res) => {
      let body = '';
      req.setEncoding('utf8');
      req.on('data', (chunk: string) => (body += chunk));
      req.on('end', () => {
        if (this.status === 200) {
          this.got.push({
            id: String(req.headers['webhook-id']),
            attempt: String(req.headers['x-coocenter-attempt']),
            body,
          });
        }
        res.writeHead(this.status).end();
      });
    });
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async down(): Promise<void> {
    if (this.#server === undefined) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
    this.#server = undefined;
  }

  settings(name = '', events: ReceiverSettings['events'] = 'all'): ReceiverSettings {
    return { name, url: new URL(`http://127.0.0.1:${this.port}/`), secret: '', events };
  }
}

function settings(...receivers: ReceiverSettings[]): PushSettings {
  return { receivers, retryHours: 72, signalSeconds: 120, connections: 4 };
}

async function open(
  t: Test,
  of: PushSettings,
  more: Partial<OutboxParts> = {},
): Promise<{ outbox: Outbox; log: FakeLog }> {
  const log = new FakeLog();
  const parts = {
    settings: of,
    store: new MemoryStore(),
    mac: '68:69:2e:03:8b:3e',
    version: '1.2.3',
    log,
    clock: hasty,
  };
  const outbox = new Outbox({ ...parts, ...more });
  await outbox.start();
  t.teardown(() => outbox.stop(0));
  return { outbox, log };
}

async function receiver(t: Test): Promise<HttpReceiver> {
  const made = new HttpReceiver();
  await made.up();
  t.teardown(() => made.down());
  return made;
}

function event(name: string, callId: string, rowKey: string, of: PushEvent['class'] = 'record'): PushEvent {
  return { class: of, callId, rowKey, body: { event: name, uniqueid: callId, rowKey } };
}

/** Waits until the condition holds; tap's time limit is the bound. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await settle();
}

void t.test('contract §3: the body as given, its fields in their order', async (t) => {
  const crm = await receiver(t);
  const { outbox } = await open(t, settings(crm.settings()));
  const body = {
    event: 'hangup',
    calleridnum: '808',
    calleridname: '張 "808"',
    connectedlinenum: '809',
    connectedlinename: '',
    uniqueid: '1325747409.260',
    mac: '68:69:2e:03:8b:3e',
  };
  outbox.push({ class: 'signal', callId: '1325747409.260', rowKey: 'SIP/808-1', body });
  await until(() => crm.got.length === 1);
  t.equal(crm.got[0]?.body, JSON.stringify(body));
  t.equal(crm.got[0]?.attempt, '1');
});

void t.test('while the disk is full, memory is for records: signals are dropped and counted', async (t) => {
  const crm = await receiver(t);
  const store = new MemoryStore();
  const { outbox } = await open(t, settings(crm.settings()), { store });
  store.isFull = true;
  outbox.push(event('hangup', '1.1', 'a', 'signal'));
  outbox.push(event('cdr', '1.1', 'a'));
  await until(() => crm.got.length === 1);
  store.isFull = false;
  outbox.push(event('hangup', '1.1', 'b', 'signal'));
  await until(() => outbox.status()[0]?.delivered === 2);
  t.match(
    crm.got.map(({ body }) => JSON.parse(body) as unknown),
    [{ event: 'cdr' }, { event: 'hangup', rowKey: 'b' }],
  );
  t.match(outbox.status(), [{ dropped: 1, pending: { signals: 0 } }]);
});

void t.test('a row has the same id whether its call is known or not: the id is made from its channel', async (t) => {
  const crm = await receiver(t);
  const { outbox } = await open(t, settings(crm.settings()));
  outbox.push({ ...event('cdr', '1.1', 'row'), keyScope: '1.5' });
  t.ok(outbox.has({ callId: 'another', rowKey: 'row', keyScope: '1.5', body: { event: 'cdr' } }));
  t.notOk(outbox.has({ callId: '1.1', rowKey: 'row', body: { event: 'cdr' } }));
  outbox.push({ ...event('cdr', '1.5', 'row'), keyScope: '1.5' });
  await until(() => outbox.status()[0]?.pending.records === 0);
  t.equal(crm.got.length, 1);
});

void t.test('contract §3: receiver down, then up on the same port: all records once, in order per call', async (t) => {
  const crm = await receiver(t);
  const { outbox, log } = await open(t, settings(crm.settings()));
  outbox.push(event('cdr', 'warm', '0'));
  await until(() => crm.got.length === 1);
  await crm.down();
  for (let i = 0; i < 300; i++) outbox.push(event('cdr', `${i % 20}`, `${i}`));
  await until(() => outbox.status()[0]?.state === 'down');
  t.match(outbox.status()[0], { pending: { records: 300 }, lastError: { reason: /ECONNREFUSED|ECONNRESET|hang up/ } });
  await crm.up();
  await until(() => crm.got.length >= 301);
  await until(() => outbox.status()[0]?.pending.records === 0);
  const rows = crm.got.slice(1).map(({ body }) => JSON.parse(body) as { uniqueid: string; rowKey: string });
  t.equal(new Set(rows.map(({ rowKey }) => rowKey)).size, 300);
  for (let call = 0; call < 20; call++) {
    const order = rows.filter(({ uniqueid }) => uniqueid === `${call}`).map(({ rowKey }) => Number(rowKey));
    t.strictSame(
      order,
      [...order].sort((a, b) => a - b),
      `call ${call}`,
    );
  }
  t.match(outbox.status()[0], { state: 'up', delivered: 301, dropped: 0, dead: 0 });
  t.strictSame(
    log.lines.filter((line) => line.startsWith('error')),
    [],
  );
});

void t.test(
  'several receivers: own events and state, the same id and body; dialanswer only if it is named',
  async (t) => {
    const [all, some, gone] = [await receiver(t), await receiver(t), await receiver(t)];
    await gone.down();
    const pushed: Entry[] = [];
    const delivered: string[] = [];
    const { outbox } = await open(
      t,
      settings(all.settings(), some.settings('some', ['cdr', 'dialanswer']), gone.settings('gone', ['cdr'])),
      {
        onPushed: (entry) => pushed.push(entry),
        onDelivered: (name, entry, attempts) => delivered.push(`${name} ${entry.event} ${attempts}`),
      },
    );
    outbox.push(event('dialanswer', '1', '', 'signal'));
    outbox.push(event('dialend', '1', '', 'signal'));
    outbox.push(event('cdr', '1', ''));
    await until(() => delivered.length === 4 && outbox.status()[2]?.state === 'down');
    const names = (of: HttpReceiver): string[] =>
      of.got.map(({ body }) => (JSON.parse(body) as { event: string }).event);
    t.strictSame(names(all), ['dialend', 'cdr']);
    t.strictSame(names(some), ['dialanswer', 'cdr']);
    t.strictSame(all.got[1], some.got[1]);
    t.strictSame(
      pushed.map(({ event: name }) => name),
      ['dialanswer', 'dialend', 'cdr'],
    );
    t.strictSame(delivered.sort(), [' cdr 1', ' dialend 1', 'some cdr 1', 'some dialanswer 1']);
    t.strictSame(
      outbox.status().map(({ name, pending }) => `${name} ${pending.records}`),
      [' 0', 'some 0', 'gone 1'],
    );
  },
);

void t.test('`all` among other names stands for every event of the contract', async (t) => {
  const both = await receiver(t);
  const { outbox } = await open(t, settings(both.settings('', ['all', 'dialanswer'])));
  outbox.push(event('dialanswer', '1', '', 'signal'));
  outbox.push(event('extensionstatus', '2', '', 'signal'));
  outbox.push(event('cc_cdr', '3', ''));
  await until(() => both.got.length === 3);
  await outbox.reconfigure(settings(both.settings('', ['all'])));
  outbox.push(event('dialanswer', '4', '', 'signal'));
  outbox.push(event('cc_cdr', '4', ''));
  await until(() => both.got.length === 4);
  t.match(both.got[3]?.body, '"cc_cdr"');
});

/** Upper case, and no word for cc_cdr; `news` is a word of it alone. */
const loud: Format = {
  contentType: 'application/loud',
  nameOf: (name) => (name === 'cc_cdr' ? undefined : name === 'cdr' ? 'CDR' : name),
  write: ({ body, extra = '' }) => body.toUpperCase() + extra,
};
const quiet: Format = { ...asStored, nameOf: (name) => (name === 'news' ? undefined : name) };

void t.test('formats: each receiver in its own, what it has no word for is not pending for it', async (t) => {
  const [one, two] = [await receiver(t), await receiver(t)];
  const headers = { 'X-Key': 'k', 'content-type': 'mine' };
  const ofTwo: ReceiverSettings = { ...two.settings('two', ['CDR', 'cc_cdr', 'news']), format: loud, headers };
  const { outbox } = await open(t, settings({ ...one.settings(), format: quiet }, ofTwo));
  await Promise.all([one.down(), two.down()]);
  outbox.push(event('news', '1', '', 'signal'));
  outbox.push(event('cc_cdr', '1', ''));
  outbox.push({ ...event('cdr', '1', ''), extra: { a: 'b' } });
  t.strictSame(
    outbox.status().map(({ pending }) => pending),
    [
      { records: 2, signals: 0 },
      { records: 1, signals: 1 },
    ],
  );
  await Promise.all([one.up(), two.up()]);
  await until(() => one.got.length === 2 && two.got.length === 2);
  t.strictSame(
    one.got.map(({ body }) => (JSON.parse(body) as { event: string }).event),
    ['cc_cdr', 'cdr'],
  );
  t.match(two.got, [{ body: /"NEWS"/ }, { body: /"CDR".*\{"a":"b"\}$/ }]);
  t.equal(one.got[1]?.id, two.got[1]?.id);
});

void t.test('reload of a format: what is pending is written in the new one, or is a dead letter', async (t) => {
  const crm = await receiver(t);
  const { outbox } = await open(t, settings(crm.settings()));
  crm.status = 400;
  outbox.push(event('cc_cdr', '1', ''));
  outbox.push(event('cdr', '2', ''));
  await until(() => outbox.status()[0]?.lastError !== undefined);
  crm.status = 200;
  await outbox.reconfigure(settings({ ...crm.settings(), format: loud }));
  await until(() => outbox.status()[0]?.delivered === 1 && outbox.status()[0]?.dead === 1);
  t.match(crm.got.at(-1)?.body, '"CDR"');
  const broken: Format = {
    ...asStored,
    write: () => {
      throw new Error('a bug of the format');
    },
  };
  await outbox.reconfigure(settings({ ...crm.settings(), format: broken }));
  outbox.push(event('cdr', '3', ''));
  await until(() => outbox.status()[0]?.dead === 2);
  t.equal(outbox.status()[0]?.state, 'up', 'the receiver is not at fault');
});

void t.test('reload: pending events go to the new address; other receivers come and go', async (t) => {
  const [old, moved, extra] = [await receiver(t), await receiver(t), await receiver(t)];
  old.status = 500;
  const { outbox, log } = await open(t, settings(old.settings(), extra.settings('extra')));
  for (let i = 0; i < 10; i++) outbox.push(event('cdr', `${i}`, ''));
  await until(() => extra.got.length === 10 && outbox.status()[0]?.state === 'down');
  const bad = { ...moved.settings(), secret: 'whsec_no base64' };
  await t.rejects(outbox.reconfigure(settings(bad)), SecretError);
  t.equal(outbox.status().length, 2, 'nothing changed');
  await outbox.reconfigure(settings(moved.settings(), extra.settings('new')));
  await until(() => moved.got.length === 10);
  t.equal(new Set(moved.got.map(({ id }) => id)).size, 10);
  t.strictSame(
    outbox.status().map(({ name, state }) => `${name} ${state}`),
    [' up', 'new up'],
  );
  outbox.push(event('cdr', 'later', ''));
  await until(() => moved.got.length === 11 && extra.got.length === 11);
  await outbox.reconfigure(settings(old.settings()));
  t.equal(log.lines.filter((line) => line.includes('is up, after')).length, 1, 'it was up before the second move');
  await outbox.reconfigure(settings());
  outbox.push(event('cdr', 'nobody', ''));
  t.strictSame(outbox.status(), []);
});

void t.test(
  'push never throws: not for values that JSON does not know, too early, too late, or if a listener fails',
  async (t) => {
    const crm = await receiver(t);
    const log = new FakeLog();
    const outbox = new Outbox({
      settings: settings(crm.settings()),
      store: new MemoryStore(),
      mac: '',
      version: '1',
      log,
      onPushed: () => {
        throw new Error('listener');
      },
    });
    outbox.push(event('cdr', 'early', ''));
    await outbox.start();
    outbox.push({ ...event('cdr', 'bad', ''), body: { event: 'cdr', holdTime: 1n } });
    outbox.push(event('cdr', 'good', ''));
    await until(() => crm.got.length === 1);
    await outbox.stop(1000);
    outbox.push(event('cdr', 'late', ''));
    await outbox.stop(1000);
    t.match(crm.got, [{ body: /good/ }]);
    for (const word of ['early', 'BigInt', 'listener'])
      t.ok(
        log.lines.some((line) => line.includes(word)),
        word,
      );
  },
);

void t.test('stop: what can be delivered in time still is; what hangs is cut off', async (t) => {
  const crm = await receiver(t);
  const { outbox } = await open(t, settings(crm.settings()), { clock: systemClock });
  for (let i = 0; i < 200; i++) outbox.push(event('cdr', `${i}`, ''));
  await outbox.stop(60_000);
  t.equal(crm.got.length, 200);

  const clock = new FakeClock();
  const sender = new FakeSender(clock);
  sender.latency = 1e9;
  const hanging = await open(t, settings(crm.settings()), { clock, createSender: () => sender });
  hanging.outbox.push(event('cdr', '1', ''));
  const stopped = hanging.outbox.stop(3_000);
  await clock.advance(3_000);
  await stopped;
  t.ok(hanging.log.lines.includes('info push: 1 records and 0 other events left'));
  t.equal(sender.underWay, 0);
});

void t.test('100,000 pushes while the receiver is down: bounded, counted, quiet', async (t) => {
  const clock = new FakeClock();
  const sender = new FakeSender(clock);
  sender.judge = () => ({ kind: 'unreachable', reason: 'ECONNREFUSED' });
  const options: PosterOptions[] = [];
  const createSender = (of: PosterOptions): FakeSender => {
    options.push(of);
    return sender;
  };
  const url = new URL('http://127.0.0.1:9/');
  const { outbox, log } = await open(t, settings({ name: '', url, secret: '', events: 'all' }), {
    clock,
    createSender,
  });
  for (let i = 0; i < 100_000; i++) {
    outbox.push(event(i % 2 === 0 ? 'cdr' : 'dialend', `${i % 5000}`, `${i}`, i % 2 === 0 ? 'record' : 'signal'));
    if (i % 1000 === 0) await settle();
  }
  await settle();
  const [status] = outbox.status();
  t.match(status, { pending: { records: 10_000, signals: 2_000 }, delivered: 0 });
  t.ok(status!.dropped <= 88_000 && status!.dropped >= 88_000 - 4, 'all others, besides those that were under way');
  t.ok(log.lines.length < 5, `${log.lines.length} lines in the log`);
  t.match(options, [{ url, timeout: 15_000 }], '15 s for an answer');
  sender.judge = () => ({ kind: 'delivered' });
  await clock.advance(3_600_000);
  const rest = outbox.status()[0]!;
  t.match(rest, { pending: { records: 0, signals: 0 }, dead: 0 });
  t.equal(rest.delivered + rest.dropped, 100_000, 'each is accounted for');
  const rows = sender.delivered.map(({ body }) => JSON.parse(body) as { event: string; rowKey: string });
  t.equal(new Set(rows.map(({ rowKey }) => rowKey)).size, rest.delivered, 'and came once');
});
