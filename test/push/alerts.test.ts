import t from 'tap';
import { Alerts, type AlertSettings } from '../../src/push/alerts.ts';
import type { ReceiverStatus } from '../../src/push/delivery-stats.ts';
import type { PostResult } from '../../src/push/post.ts';
import { localTime } from '../../src/system/local-time.ts';
import { FakeClock, FakeLog, FakeSender } from './fakes.ts';

type Receiver = Pick<ReceiverStatus, 'name' | 'state' | 'pending' | 'lastError'>;

function setUp(settings: AlertSettings = { minutes: 15, url: new URL('http://ops/') }) {
  const clock = new FakeClock();
  const log = new FakeLog();
  const sender = new FakeSender(clock);
  const crm: { -readonly [K in keyof Receiver]: Receiver[K] } = {
    name: 'crm',
    state: 'up',
    pending: { records: 3, signals: 1 },
    lastError: { at: 0, reason: 'HTTP 500' },
  };
  const alerts = new Alerts({
    settings: () => settings,
    receivers: () => [{ ...crm, name: '', state: 'up' }, crm],
    mac: () => '68:69:2e:03:8b:3e',
    version: '1',
    log,
    clock,
    createSender: () => sender,
  });
  const minutes = async (count: number): Promise<void> => {
    for (let i = 0; i < count * 60; i++) {
      await clock.advance(1_000);
      alerts.tick();
    }
  };
  return { clock, log, sender, crm, alerts, minutes };
}

void t.test('a receiver that fails for long is told once: journal, told, one POST', async (t) => {
  const { clock, log, sender, crm, alerts, minutes } = setUp();
  const began = clock.now() + 1_000;
  crm.state = 'down';
  await minutes(15);
  t.strictSame([log.lines, alerts.told, sender.attempts.length], [[], [], 0], 'not before the time is over');
  await minutes(30);
  t.strictSame(log.lines, ['error push to crm: the receiver has failed for 15 minutes (HTTP 500), 3 records wait']);
  t.match(alerts.told, [{ name: 'crm', minutes: 44 }]);
  t.strictSame(
    sender.attempts.map(({ body }) => JSON.parse(body) as unknown),
    [
      {
        event: 'alert',
        alert: 'receiver-down',
        receiver: 'crm',
        since: localTime(began),
        minutes: 15,
        records: 3,
        reason: 'HTTP 500',
        mac: '68:69:2e:03:8b:3e',
      },
    ],
  );
  crm.state = 'up';
  await minutes(1);
  t.strictSame(alerts.told, [], 'it is up again');
  crm.state = 'down';
  await minutes(16);
  t.equal(sender.attempts.length, 2, 'and when it fails anew, that is news');
});

void t.test('a short failure, and 0 minutes, are not told', async (t) => {
  const { log, sender, crm, minutes } = setUp();
  for (let i = 0; i < 5; i++) {
    crm.state = 'down';
    await minutes(10);
    crm.state = 'up';
    await minutes(1);
  }
  t.strictSame([log.lines, sender.attempts.length], [[], 0]);
  const never = setUp({ minutes: 0, url: new URL('http://ops/') });
  never.crm.state = 'down';
  await never.minutes(60);
  t.strictSame([never.log.lines, never.sender.attempts.length], [[], 0]);
});

void t.test('without a URL only the journal tells', async (t) => {
  const { log, sender, crm, minutes } = setUp({ minutes: 1, url: undefined });
  crm.state = 'down';
  await minutes(5);
  t.strictSame([log.lines.length, sender.attempts.length], [1, 0]);
});

void t.test('an alert that does not arrive is sent again, five times at most', async (t) => {
  const { log, sender, crm, minutes } = setUp({ minutes: 1, url: new URL('http://ops/') });
  const results: PostResult[] = [{ kind: 'unreachable', reason: 'no route' }, { kind: 'delivered' }];
  sender.judge = () => results.shift() ?? { kind: 'refused', reason: 'HTTP 404' };
  crm.state = 'down';
  await minutes(10);
  t.equal(sender.attempts.length, 2);
  crm.state = 'up';
  await minutes(1);
  crm.state = 'down';
  await minutes(30);
  t.equal(sender.attempts.length, 2 + 5);
  t.match(log.lines.at(-1), /^error the alert could not be sent \(HTTP 404\), it is given up$/);
});

void t.test('the box’s clock is stepped: the time that a receiver has failed for is not', async (t) => {
  const { clock, sender, crm, minutes } = setUp();
  crm.state = 'down';
  await minutes(5);
  clock.offset += 3_600_000;
  await minutes(5);
  t.equal(sender.attempts.length, 0);
  clock.offset -= 7_200_000;
  await minutes(6);
  t.equal(sender.attempts.length, 1);
});
