import t from 'tap';
import { DeliveryStats } from '../../src/push/delivery-stats.ts';
import { FakeClock, FakeLog } from './fakes.ts';

const cdr = { event: 'cdr', id: 'a' };

function build(name = 'crm'): { stats: DeliveryStats; log: FakeLog; clock: FakeClock } {
  const [log, clock] = [new FakeLog(), new FakeClock()];
  return { stats: new DeliveryStats(name, log, clock), log, clock };
}

void t.test('down and up: each is logged once, with the duration', async (t) => {
  const { stats, log, clock } = build();
  await clock.advance(1_000);
  stats.failed(cdr, 'ECONNREFUSED', false);
  stats.failed(cdr, 'ECONNREFUSED', false);
  t.match(stats.counts, { state: 'down', since: clock.now(), lastError: { at: clock.now(), reason: 'ECONNREFUSED' } });
  await clock.advance(90_000);
  stats.up();
  stats.up();
  t.match(stats.counts, { state: 'up', since: clock.now() });
  t.strictSame(log.lines, [
    'warning push to crm: the receiver is down (ECONNREFUSED), its events wait',
    'info push to crm: the receiver is up, after 90 s',
  ]);
});

void t.test('counts: delivered, dropped, and why a record was given up', (t) => {
  const { stats, log } = build('');
  t.equal(stats.dead(cdr), 'never tried');
  stats.failed(cdr, 'HTTP 404', true);
  t.equal(stats.dead(cdr), 'HTTP 404');
  stats.delivered(true);
  stats.dropped(cdr, 'too old');
  t.match(stats.counts, { state: 'up', delivered: 1, dropped: 1 });
  t.match(log.lines, [/^warning push: cdr a given up/, /^warning push: cdr a refused/, /^warning push: cdr a dropped/]);
  t.end();
});

void t.test(
  'a new address: no error is held against it, and the outage ends with the first delivery there',
  async (t) => {
    const { stats, log, clock } = build();
    stats.failed(cdr, 'ECONNREFUSED', false);
    await clock.advance(60_000);
    stats.moved();
    t.match(stats.counts, { state: 'up', lastError: undefined });
    stats.delivered(false);
    t.equal(log.lines.length, 2, 'a delivery at the previous address proves nothing');
    await clock.advance(30_000);
    stats.delivered(true);
    stats.delivered(true);
    t.strictSame(log.lines.slice(2), ['info push to crm: the receiver is up, after 90 s']);
  },
);
