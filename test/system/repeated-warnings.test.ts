import t from 'tap';
import { RepeatedWarnings } from '../../src/system/repeated-warnings.ts';
import { FakeClock, FakeLog } from '../push/fakes.ts';

function warned(): { clock: FakeClock; log: FakeLog; warnings: RepeatedWarnings } {
  const clock = new FakeClock();
  const log = new FakeLog();
  return { clock, log, warnings: new RepeatedWarnings(log, clock) };
}

void t.test('everyMinute: one line a minute about each thing, which counts those left out', async (t) => {
  const { clock, log, warnings } = warned();
  for (let i = 1; i <= 3; i++) warnings.everyMinute('a', `a${i}`);
  warnings.everyMinute('b', 'b1');
  await clock.advance(59_999);
  warnings.everyMinute('a', 'a4');
  await clock.advance(1);
  warnings.everyMinute('a', 'a5');
  await clock.advance(60_000);
  warnings.everyMinute('a', 'a6');
  t.strictSame(log.lines, ['warning a1', 'warning b1', 'warning a5 (and 3 more like it before)', 'warning a6']);
});

void t.test('onChange: a line is left out if it says the same as the last one about the thing', (t) => {
  const { log, warnings } = warned();
  warnings.onChange('file', 'cannot be read', 'no such file');
  warnings.onChange('file', 'cannot be read', 'no such file');
  warnings.onChange('other', 'cannot be read', 'no such file');
  warnings.onChange('file', 'is torn');
  warnings.onChange('file', 'cannot be read', 'no such file');
  warnings.over('file');
  warnings.onChange('file', 'cannot be read', 'no such file');
  t.equal(log.lines.length, 5);
  warnings.onChange('disk', 'fails', new Error('full'));
  warnings.onChange('disk', 'fails', new Error('full'));
  warnings.onChange('disk', 'fails', new Error('damaged'));
  t.equal(log.lines.length, 7, 'another cause is another line');
  t.end();
});

void t.test('once: one line about the thing until it is over', (t) => {
  const { log, warnings } = warned();
  warnings.once('a', 'a1', 'one cause');
  warnings.once('a', 'a2', 'another cause');
  warnings.once('b', 'b1');
  warnings.over('a');
  warnings.once('a', 'a3');
  warnings.overExcept(['b']);
  warnings.once('a', 'a4');
  warnings.once('b', 'b2');
  warnings.overExcept();
  warnings.once('b', 'b3');
  t.strictSame(log.lines, ['warning a1 one cause', 'warning b1', 'warning a3', 'warning a4', 'warning b3']);
  t.end();
});
