import t from 'tap';
import { Alerts, type AlertSettings } from '../../src/push/alerts.ts';
import type { ReceiverStatus } from '../../src/push/delivery-stats.ts';
import type { PostResult } from '../../src/push/post.ts';
import { localTime } from '../../src/system/local-time.ts';
import { FakeClock, FakeLog, FakeSender } from './fakes.ts';

type Receiver = Pick<ReceiverStatus, 'name' | 'state' | 'pending' | 'lastError' | 'delivered'>;

/** A box with two receivers, of which `crm` is looked at. */
function setUp(settings: AlertSettings = { minutes: 15, url: new URL('http://ops/') }) {
  const clock = new FakeClock();
  const log = new FakeLog();
  const sender = new FakeSender(clock);
  const crm: { -readonly [K in keyof Receiver]: Receiver[K] } = {
    name: 'crm',
    state: 'up',
    delivered: 0,
    pending: { records: 3, signals: 1 },
    lastError: { at: 0, reason: 'HTTP 500' },
  };
  const kept = new Map<string, string>();
  let writes = 0;
  const started = (): Alerts => {
    const alerts = new Alerts({
      settings: () => box.settings,
      receivers: () => [{ ...crm, name: '', state: 'up' }, ...(box.isConfigured ? [crm] : [])],
      checkpoints: {
        checkpoint: (name) => kept.get(name),
        setCheckpoint(name, text) {
          writes++;
          kept.set(name, text);
        },
      },
      shownName: (name) => name.toUpperCase(),
      mac: () => '68:69:2e:03:8b:3e',
      version: '1',
      log,
      clock,
      createSender: () => sender,
    });
    alerts.start();
    return alerts;
  };
  const box = {
    ...{ clock, log, sender, crm, kept, settings },
    isConfigured: true,
    alerts: started(),
    writes: () => writes,
    async minutes(count: number): Promise<void> {
      for (let i = 0; i < count * 60; i++) {
        await clock.advance(1_000);
        box.alerts.tick();
      }
    },
    /** The process ends, orderly or not, and another begins, which has tried nothing yet. */
    async restart(isOrderly: boolean): Promise<void> {
      if (isOrderly) await box.alerts.stop();
      crm.state = 'up';
      crm.delivered = 0;
      box.alerts = started();
    },
    /** Bodies that arrived. */
    posted: (): unknown[] => sender.delivered.map(({ body }) => JSON.parse(body) as unknown),
    errors: (): string[] => log.lines.filter((line) => line.startsWith('error')),
  };
  return box;
}

void t.test('a receiver that fails for long is told once: journal, told, one POST', async (t) => {
  const box = setUp();
  const began = box.clock.now() + 1_000;
  box.crm.state = 'down';
  await box.minutes(15);
  t.strictSame([box.log.lines, box.alerts.told, box.posted()], [[], [], []], 'not before the time is over');
  await box.minutes(30);
  t.strictSame(box.log.lines, [
    'error push to crm: the receiver has failed for 15 minutes (HTTP 500), 3 records wait',
    'info push to crm: the alert was sent',
  ]);
  t.strictSame(box.alerts.told, [{ name: 'crm', time: '44 minutes' }]);
  t.strictSame(box.posted(), [
    {
      event: 'alert',
      alert: 'receiver-down',
      receiver: 'CRM',
      since: localTime(began),
      minutes: 15,
      records: 3,
      reason: 'HTTP 500',
      mac: '68:69:2e:03:8b:3e',
    },
  ]);
  box.crm.state = 'up';
  await box.minutes(1);
  t.strictSame(box.alerts.told, [], 'it is up again');
  box.crm.state = 'down';
  await box.minutes(16);
  t.equal(box.posted().length, 2, 'and when it fails anew, that is news');
  t.equal(box.errors().length, 2);
});

void t.test('a short failure, and 0 minutes, are not told', async (t) => {
  const box = setUp();
  for (let i = 0; i < 5; i++) {
    box.crm.state = 'down';
    await box.minutes(10);
    box.crm.state = 'up';
    await box.minutes(1);
  }
  t.strictSame([box.log.lines, box.sender.attempts.length], [[], 0]);
  const never = setUp({ minutes: 0, url: new URL('http://ops/') });
  never.crm.state = 'down';
  await never.minutes(60);
  t.strictSame([never.log.lines, never.sender.attempts.length], [[], 0]);
  never.settings = { ...never.settings, minutes: 15 };
  await never.minutes(1);
  t.equal(never.posted().length, 1, 'a reload that wants it told finds it told');
});

void t.test('without a URL only the journal tells; a URL that comes later is told too', async (t) => {
  const box = setUp({ minutes: 1, url: undefined });
  box.crm.state = 'down';
  await box.minutes(5);
  t.strictSame([box.log.lines.length, box.sender.attempts.length], [1, 0]);
  box.settings = { minutes: 1, url: new URL('http://ops/') };
  await box.minutes(1);
  t.match(box.posted(), [{ minutes: 5 }]);
});

void t.test('an alert that does not arrive is sent again at growing intervals until it does', async (t) => {
  const box = setUp({ minutes: 1, url: new URL('http://ops/') });
  let result: PostResult = { kind: 'unreachable', reason: 'no route' };
  box.sender.judge = () => result;
  box.crm.state = 'down';
  await box.minutes(5 * 60);
  const times = box.sender.attempts.map(({ at }) => at);
  const waits = times.slice(1).map((at, i) => Math.round((at - (times[i] ?? 0)) / 15_000) * 15);
  t.strictSame(waits, [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600], 'seconds');
  t.strictSame(
    box.log.lines.filter((line) => !line.startsWith('debug')),
    [
      'error push to crm: the receiver has failed for 1 minute (HTTP 500), 3 records wait',
      'warning the alert could not be sent (no route), it is sent again',
    ],
    'one line, however often it is tried',
  );
  result = { kind: 'delivered' };
  await box.minutes(60);
  t.match(box.posted(), [{ receiver: 'CRM' }], 'one arrives');
  await box.minutes(120);
  t.equal(box.posted().length, 1);
});

void t.test('an alert that did not arrive is not sent any more when the receiver is well', async (t) => {
  const box = setUp({ minutes: 1, url: new URL('http://ops/') });
  box.sender.judge = () => ({ kind: 'refused', reason: 'HTTP 404' });
  box.crm.state = 'down';
  await box.minutes(2);
  const tried = box.sender.attempts.length;
  t.ok(tried > 0);
  box.crm.state = 'up';
  await box.minutes(120);
  t.equal(box.sender.attempts.length, tried);
  t.strictSame(box.alerts.told, []);
});

void t.test('the box’s clock is stepped: the time that a receiver has failed for is not', async (t) => {
  const box = setUp();
  box.crm.state = 'down';
  await box.minutes(5);
  box.clock.offset += 86_400_000;
  await box.minutes(5);
  t.equal(box.sender.attempts.length, 0);
  await box.restart(true);
  box.clock.offset -= 2 * 86_400_000;
  box.crm.state = 'down';
  await box.minutes(4);
  t.equal(box.sender.attempts.length, 0);
  await box.minutes(2);
  t.match(box.posted(), [{ minutes: 15, since: localTime(box.clock.now() - 16 * 60_000 + 1_000) }]);
});

void t.test('restarts in between: the time goes on, and nothing is told twice', async (t) => {
  const box = setUp();
  box.crm.state = 'down';
  for (let i = 0; i < 3; i++) {
    await box.minutes(4);
    await box.restart(i % 2 === 0);
    await box.minutes(1);
    t.strictSame(box.posted(), [], 'nothing was tried yet');
    box.crm.state = 'down';
  }
  await box.minutes(5);
  t.strictSame([box.posted().length, box.errors().length], [1, 1], 'told after 15 minutes in all, or a little more');
  for (const isOrderly of [true, false]) {
    await box.restart(isOrderly);
    await box.minutes(1);
    t.match(box.alerts.told, [{ name: 'crm', time: /minutes$/ }], 'it is still told by /ready');
    box.crm.state = 'down';
    await box.minutes(60);
  }
  t.strictSame([box.posted().length, box.errors().length], [1, 1], 'once');
  await box.restart(true);
  box.crm.delivered = 1;
  await box.minutes(1);
  t.strictSame(box.alerts.told, [], 'something arrived: it is well');
  box.crm.state = 'down';
  await box.minutes(16);
  t.strictSame([box.posted().length, box.errors().length], [2, 2], 'so it may be told again');
});

void t.test(
  'a restart while the alert has not arrived: it is sent afterwards, unless the receiver is well',
  async (t) => {
    const box = setUp({ minutes: 1, url: new URL('http://ops/') });
    let result: PostResult = { kind: 'unreachable', reason: 'no route' };
    box.sender.judge = () => result;
    box.crm.state = 'down';
    await box.minutes(3);
    await box.restart(false);
    result = { kind: 'delivered' };
    await box.minutes(1);
    t.strictSame(box.posted(), [], 'whether it still fails is not known');
    box.crm.state = 'down';
    await box.minutes(1);
    t.match(box.posted(), [{ receiver: 'CRM' }]);
    t.equal(box.errors().length, 1);
  },
);

void t.test('a receiver that is taken out of the configuration is forgotten', async (t) => {
  const box = setUp({ minutes: 1, url: undefined });
  box.crm.state = 'down';
  await box.minutes(2);
  t.equal(box.alerts.told.length, 1);
  box.isConfigured = false;
  await box.minutes(1);
  t.strictSame(box.alerts.told, []);
  t.equal(box.kept.get('alerts'), '[]');
});

void t.test('what is kept of it is written rarely, and text of another version does no harm', async (t) => {
  const box = setUp();
  await box.minutes(60);
  t.equal(box.writes(), 0, 'nothing fails, nothing is written');
  box.crm.state = 'down';
  await box.minutes(24 * 60);
  t.ok(box.writes() > 24 && box.writes() < 24 + 20, `${box.writes()} times in a day`);
  for (const text of ['', '{}', '[1]', '[null]', '[{"name":"crm"}]']) {
    const other = setUp({ minutes: 1, url: undefined });
    other.kept.set('alerts', text);
    await other.restart(false);
    other.crm.state = 'down';
    await other.minutes(2);
    t.match(other.log.lines, [/^warning which receivers/, /^error push to crm/], JSON.stringify(text));
  }
});
