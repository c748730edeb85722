import fc from 'fast-check';
import t from 'tap';
import type { Knowledge } from '../../src/backfill/missed-calls.ts';
import { MissedCalls } from '../../src/backfill/missed-calls.ts';
import type { LoggedCall } from '../../src/backfill/logged-call.ts';
import { layoutOf, RowReader } from '../../src/backfill/row.ts';
import { RowTexts } from '../../src/backfill/row-texts.ts';

const nobodyKnows: Knowledge = {
  callIdOf: () => undefined,
  isExpected: () => false,
  hasRecord: () => false,
  hasNoQueue: () => false,
};

/** A caller who waits, is rung a phone for, and is answered or gives up; `number` as they sent it. */
interface Caller {
  readonly id: string;
  readonly number: string;
  readonly isAnswered: boolean;
}

/** What Asterisk (16 with chan_sip, 16 and 22 with PJSIP) writes into queue_log of a caller. */
function queueLines({ id, number, isAnswered }: Caller): string {
  const [before, agent] = [`1795892248|${id}|630|NONE`, `1795892250|${id}|630|SIP/800`];
  const joined = `${before}|ENTERQUEUE||${number}|1\n`;
  if (!isAnswered) return `${joined}${agent}|RINGCANCELED|578\n1795892250|${id}|630|NONE|ABANDON|1|1|2\n`;
  return `${joined}${agent}|CONNECT|2|${id}1|2\n1795892260|${id}|630|SIP/800|COMPLETEAGENT|2|10|1\n`;
}

/** The same in Master.csv. */
function rowOf({ id, number, isAnswered }: Caller): string {
  const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;
  const texts = ['', number, '630', 'queues', `"" <${number}>`, 'SIP/trunk-0', 'SIP/800-1', 'Queue', '630,tkc,,,30'];
  const times = ['2026-11-28 18:57:28', '2026-11-28 18:57:28', '2026-11-28 18:57:40'];
  const fields = [...texts, ...times].map(quote).join();
  return `${fields},12,12,${quote(isAnswered ? 'ANSWERED' : 'NO ANSWER')},"DOCUMENTATION",${quote(id)},""\n`;
}

/** What is told of these callers, and what is set aside, when the daemon was away for all of them. */
function told(callers: readonly Caller[], knowledge = nobodyKnows): { found: LoggedCall[]; aside: string[] } {
  const calls = new MissedCalls();
  const reader = new RowReader('local');
  const texts = new RowTexts((fields) => layoutOf(fields) !== undefined);
  for (const line of callers.map(queueLines).join('').split('\n')) calls.found(line, 0);
  for (const line of callers.map(rowOf).join('').split('\n')) {
    for (const { text } of texts.take(line)) {
      const row = reader.read(text);
      if (typeof row !== 'string') calls.row(row);
    }
  }
  const found = [...calls.due(60_000, knowledge), ...calls.due(1_000_000, knowledge)];
  return { found, aside: calls.takeSetAside().flatMap(({ lines }) => lines) };
}

const answered: Caller = { id: '1795892248.0', number: '85322361', isAnswered: true };
const lost: Caller = { id: '1795892249.3', number: '85322362', isAnswered: false };

void t.test('lines of a call that neither AMI nor a row knows are set aside, and told of', (t) => {
  for (const end of ['\r\n', '\n']) {
    const forged = `1795892248|1795892248.77|630|NONE|ENTERQUEUE||999|1`;
    const attacker = { ...lost, number: `1|1${end}${forged}${end}x` };
    const { found, aside } = told([answered, attacker]);
    t.strictSame(
      found.map(({ callId }) => callId),
      [answered.id, attacker.id],
      'each real call, and no other',
    );
    t.strictSame(
      aside.map((line) => line.trimEnd()),
      [forged],
    );
  }
  t.end();
});

void t.test('lines that a caller wrote about a real call change nothing of it', (t) => {
  const lines = [
    `1795892249|${answered.id}|630|NONE|ABANDON|1|1|1`,
    `1795892261|${answered.id}|630|SIP/801|CONNECT|1|1.99|1`,
    `1795892261|${answered.id}|631|NONE|ENTERQUEUE||1|1`,
    `1795892255|${answered.id}|630|SIP/800|COMPLETECALLER|1|2`,
  ];
  const [wanted] = told([answered]).found;
  for (const line of lines) {
    for (const number of [`1|1\n${line}\nx`, `1\r\n${line}\r\n`, `1|1\n${line}`]) {
      for (const order of [0, 1]) {
        const attacker = { ...lost, number };
        const { found, aside } = told(order === 0 ? [answered, attacker] : [attacker, answered]);
        t.strictSame(
          found.find(({ callId }) => callId === answered.id),
          wanted,
          JSON.stringify(number),
        );
        t.ok(aside.length <= 1);
      }
    }
  }
  t.end();
});

void t.test('a call that was seen, and was in no queue, has no record of the log', (t) => {
  const calls = new MissedCalls();
  calls.found(`1795892248|1795892248.5|630|NONE|ENTERQUEUE||1|1`, 0);
  const knows = { ...nobodyKnows, callIdOf: () => '1795892248.5', hasNoQueue: () => true };
  t.strictSame(calls.due(1_000, knows), []);
  t.strictSame(calls.due(10_000, nobodyKnows), []);
  t.match(calls.takeSetAside(), [{ why: /no queue in it/ }]);
  t.end();
});

void t.test('who has line ends in their number has a record, with what stands before them', (t) => {
  const { found } = told([
    { ...answered, number: '85322361\r\nx' },
    { ...lost, number: '7\u0007\u009b8|9' },
  ]);
  t.match(found, [{ caller: '85322361', visits: [{ outcome: 'answered' }] }, { caller: '78|9' }]);
  t.end();
});

void t.test('whatever callers send, each has one record and nobody else has one', (t) => {
  const line = fc
    .tuple(
      fc.constantFrom(answered.id, lost.id, '1795892248.77', 'x', ''),
      fc.constantFrom('630', '631', ''),
      fc.constantFrom('ENTERQUEUE||9|1', 'CONNECT|1|2|3', 'ABANDON|1|1|1', 'COMPLETECALLER|1|2|3', 'DID|123', ''),
    )
    .map(([id, queue, event]) => `1795892249|${id}|${queue}|SIP/801|${event}`);
  const piece = fc.oneof(line, fc.constantFrom('\n', '\r\n', '|1', '|', '"', '1', '\\', ','));
  // SIP lets 79 characters through.
  const number = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('').slice(0, 79));
  fc.assert(
    fc.property(fc.array(fc.tuple(number, fc.boolean()), { maxLength: 4 }), (sent) => {
      const attackers = sent.map(([number, isAnswered], n) => ({ id: `1795892300.${n}`, number, isAnswered }));
      const callers = [answered, ...attackers, lost];
      const { found } = told(callers);
      const ids = found.map(({ callId }) => callId).sort();
      const wanted = callers.map(({ id }) => id).sort();
      if (ids.join() !== wanted.join()) throw new Error(`${ids.join()} ${wanted.join()}`);
      for (const caller of [answered, lost]) {
        const one = found.find(({ callId }) => callId === caller.id);
        if (one?.caller !== caller.number || one.visits.length !== 1) throw new Error(JSON.stringify(one));
        if ((one.visits[0]?.talk !== undefined) !== caller.isAnswered) throw new Error(JSON.stringify(one));
      }
    }),
    { numRuns: 1_000 },
  );
  t.pass();
  t.end();
});
