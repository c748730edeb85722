import fc from 'fast-check';
import t from 'tap';
import type { LoggedCall } from '../../src/backfill/logged-call.ts';
import type { Knowledge } from '../../src/backfill/missed-calls.ts';
import type { Caller } from './forging-callers.ts';
import { Logs, writesOf } from './forging-callers.ts';

/** What is found of these callers, and what is set aside, when the daemon was away for all of them. */
function told(
  callers: readonly Caller[],
  knowledge: Partial<Knowledge> = {},
): { found: LoggedCall[]; aside: string[] } {
  const logs = new Logs().queue(callers.flatMap(writesOf)).rows(callers);
  const found = [...logs.due(60_000, knowledge), ...logs.due(1_000_000, knowledge)];
  return { found, aside: logs.aside() };
}

const answered: Caller = { id: '1795892248.0', number: '85322361', fate: 'answered' };
const lost: Caller = { id: '1795892249.3', number: '85322362', fate: 'lost' };

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
  const logs = new Logs().queue(['1795892248|1795892248.5|630|NONE|ENTERQUEUE||1|1']);
  t.strictSame(logs.due(1_000, { callIdOf: () => '1795892248.5', hasNoQueue: () => true }), []);
  t.strictSame(logs.due(10_000), []);
  t.match(logs.calls.takeSetAside(), [{ why: /no queue in it/ }]);
  t.end();
});

void t.test('a caller with line ends in their number has a record, with what stands before the first', (t) => {
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
  const fate = fc.constantFrom('answered', 'lost');
  fc.assert(
    fc.property(fc.array(fc.tuple(number, fate), { maxLength: 4 }), (sent) => {
      const attackers = sent.map(([number, fate], n) => ({ id: `1795892300.${n}`, number, fate }));
      const callers = [answered, ...attackers, lost];
      const { found } = told(callers);
      const ids = found.map(({ callId }) => callId).sort();
      const wanted = callers.map(({ id }) => id).sort();
      if (ids.join() !== wanted.join()) throw new Error(`${ids.join()} ${wanted.join()}`);
      for (const caller of [answered, lost]) {
        const one = found.find(({ callId }) => callId === caller.id);
        if (one?.caller !== caller.number || one.visits.length !== 1) throw new Error(JSON.stringify(one));
        if ((one.visits[0]?.talk !== undefined) !== (caller.fate === 'answered')) throw new Error(JSON.stringify(one));
      }
    }),
    { numRuns: 1_000 },
  );
  t.pass();
  t.end();
});
