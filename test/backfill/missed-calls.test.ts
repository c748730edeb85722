import t from 'tap';
import type { SavedCalls, Knowledge } from '../../src/backfill/missed-calls.ts';
import { MissedCalls } from '../../src/backfill/missed-calls.ts';
import type { LogRow } from '../../src/backfill/row.ts';
import { RowReader } from '../../src/backfill/row.ts';

/** Forged lines are tested in injected.test.ts, lost logs and rows in log-watch.test.ts. */

function lineOf(id: string): string {
  const times = ['10:00:00', '10:00:00', '10:00:09'].map((time) => `"2026-11-25 ${time}"`).join();
  return `"x <1>","1","630","queues","PJSIP/trunk-1","PJSIP/800-2","Queue","630",${times},"9","4","ANSWERED","DOCUMENTATION","","${id}","","${id}",1`;
}

function rowOf(line: string): LogRow {
  const row = new RowReader('local').read(line);
  if (typeof row === 'string') throw new Error(row);
  return row;
}

const knows = (over: Partial<Knowledge> = {}): Knowledge => ({
  callIdOf: () => undefined,
  isExpected: () => false,
  hasRecord: () => false,
  hasNoQueue: () => false,
  ...over,
});

const entry = (id: string, event: string, ...data: string[]): string =>
  ['1795594860', id, '630', event === 'ENTERQUEUE' ? 'NONE' : '800', event, ...data].join('|');

void t.test('a caller of a queue gets a record from the log when the picture no longer has the call', (t) => {
  const calls = new MissedCalls();
  calls.found(entry('1.1', 'ENTERQUEUE', '', '85322361', '1'), 0);
  t.strictSame(calls.due(4_900, knows()), [], 'the picture may be late');
  t.strictSame(calls.due(6_000, knows({ callIdOf: () => '1.0' })), [], 'it goes on');
  t.strictSame(calls.due(10_900, knows()), [], 'nobody is asked the moment it is gone');
  t.strictSame(calls.due(12_000, knows({ isExpected: (id) => id === '1.0' })), [], 'after-call work goes on');
  const kept = JSON.parse(JSON.stringify(calls.saved)) as SavedCalls;
  t.strictSame(calls.due(12_000, knows({ hasRecord: (id) => id === '1.0' })), [], 'its record was made');
  t.strictSame(calls.due(99_000, knows()), [], 'which ends it');
  const next = new MissedCalls();
  next.restore(kept, 0);
  t.match(next.due(6_000, knows()), [
    { callId: '1.0', caller: '85322361', visits: [{ queue: '630', outcome: 'left' }] },
  ]);
  t.match(next.saved.calls, [{ uniqueid: '1.1', callId: '1.0' }], 'until its record is made');
  next.made('1.0');
  t.match(next.saved, { calls: [], aliases: [], dids: [], early: [] });
  t.end();
});

void t.test('the ids that the log knows a call by are known after a restart, and it is handed over once', (t) => {
  const calls = new MissedCalls();
  t.ok(calls.alias('1.0', ['1.0', '1.1']));
  t.notOk(calls.alias('1.0', ['1.1']), 'no news');
  const next = new MissedCalls();
  next.restore(JSON.parse(JSON.stringify(calls.saved)) as SavedCalls, 0);
  next.found(entry('1.1', 'ENTERQUEUE', '', '85322361', '1'), 0);
  t.strictSame(next.due(6_000, knows({ hasRecord: (id) => id === '1.0' })), []);
  for (let n = 0; n < 1_000; n++) next.alias('2.0', [`2.${n}`]);
  t.ok(next.saved.aliases.length <= 200, 'bounded');
  t.end();
});

void t.test('callers of queues that are one call are one record', (t) => {
  const calls = new MissedCalls();
  calls.found(entry('1.1', 'ENTERQUEUE', '', '85322361', '1'), 0);
  calls.found(entry('1.5', 'ENTERQUEUE', '', '85322361', '1'), 0);
  calls.found(entry('1.5', 'CONNECT', '3', '1.6', '2'), 0);
  calls.found(entry('1.9', 'CONNECT', '3', '1.6', '2'), 0);
  for (const id of ['1.1', '1.5']) calls.row(rowOf(lineOf(id).replaceAll(`"${id}",1`, '"1.1",1')));
  const found = calls.due(6_000, knows());
  t.match(found, [{ callId: '1.1', visits: [{ outcome: 'left' }, { outcome: 'answered', waited: 3_000 }] }]);
  t.equal(found.length, 1, 'of whom only the middle is known, nothing is told');
  t.end();
});

void t.test('the end of a wait is known after any number of unanswered rings', (t) => {
  const calls = new MissedCalls();
  calls.found(entry('1.1', 'ENTERQUEUE', '', '85322361', '1'), 0);
  // ringall, 20 members, 15 seconds each time: seven minutes.
  for (let n = 0; n < 560; n++) calls.found(entry('1.1', 'RINGNOANSWER', '15000'), 0);
  calls.found(entry('1.1', 'CONNECT', '420', '1.6', '2'), 0);
  calls.found(entry('1.1', 'COMPLETEAGENT', '420', '60', '1'), 0);
  calls.row(rowOf(lineOf('1.1')));
  t.match(calls.due(6_000, knows()), [{ visits: [{ outcome: 'answered', talk: { end: { by: 'agent' } } }] }]);
  t.end();
});

void t.test('a call that could not be handed over is due again', (t) => {
  const calls = new MissedCalls();
  calls.found(entry('1.1', 'ENTERQUEUE', '', '85322361', '1'), 0);
  calls.row(rowOf(lineOf('1.1')));
  t.match(calls.due(6_000, knows()), [{ callId: '1.1' }]);
  t.strictSame(calls.due(7_000, knows()), [], 'it is being handed over');
  calls.putBack('1.1');
  t.match(calls.due(8_000, knows()), [{ callId: '1.1' }]);
  calls.made('1.1');
  calls.putBack('1.1');
  t.strictSame(calls.due(9_000, knows()), [], 'its record is made');
  t.end();
});

void t.test('a join that another caller may have written is not doubted for ever while no rows can be read', (t) => {
  const calls = new MissedCalls();
  for (const id of ['1.1', '1.2']) calls.found(entry(id, 'ENTERQUEUE', '', '85322361', '1'), 0);
  const seen = (id: string): string => id;
  t.strictSame(calls.due(1_000, knows({ callIdOf: seen }), false), [], 'both go on');
  const due = [60_000, 700_000].map((now) => calls.due(now, knows(), false).map(({ callId }) => callId));
  t.strictSame(due.flat().sort(), ['1.1', '1.2']);
  t.end();
});
