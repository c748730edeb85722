import fc from 'fast-check';
import t from 'tap';
import type { SavedCalls } from '../../src/backfill/missed-calls.ts';
import type { Caller } from './forging-callers.ts';
import { idsOf, joinOf, Logs, writesOf } from './forging-callers.ts';

/** Callers may guess two things of another call: its Uniqueid, and the second in which it joined a queue. */

const victim: Caller = { id: '1795892248.5', number: '85322361', fate: 'answered' };
const lost: Caller = { id: '1795892248.6', number: '85322362', fate: 'lost' };
const elsewhere: Caller = { id: '1795892248.7', number: '85322363', fate: 'elsewhere' };
const wanted = new Logs().queue(writesOf(victim)).rows([victim]).due(60_000);
const guess = joinOf(victim);

void t.test('a caller that guesses a line of another call takes nothing from that call', (t) => {
  const numbers = [
    `1|1\n${guess}\nx`,
    `1\n${guess}`,
    `1\r\n${guess}\r\n`,
    `\n${guess}`,
    guess,
    `1|1\n${guess.slice(0, -2)}`,
  ];
  for (const number of numbers) {
    const attackers: Caller[] = [
      { ...lost, number },
      { ...elsewhere, number },
      { ...lost, name: number },
      { ...lost, number: '', name: `|1\n${guess}\nx` },
    ];
    for (const attacker of attackers) {
      const [own, others] = [writesOf(attacker), writesOf(victim)];
      const [first = '', ...rest] = others;
      const orders = [
        [...own, ...others],
        [...others, ...own],
        [...own.slice(0, 1), first, ...own.slice(1), ...rest],
        [first, ...own, ...rest],
      ];
      for (const writes of orders) {
        for (const rows of [
          [attacker, victim],
          [victim, attacker],
        ]) {
          const logs = new Logs().queue(writes).rows(rows);
          const found = [...logs.due(60_000), ...logs.due(1_000_000)];
          const about = JSON.stringify({ attacker, writes });
          t.strictSame(
            found.filter(({ callId }) => callId === victim.id),
            wanted,
            about,
          );
          t.strictSame(idsOf(found), attacker.fate === 'elsewhere' ? [victim.id] : [victim.id, attacker.id], about);
        }
      }
    }
  }
  t.end();
});

void t.test(
  'a call that was in no queue has no record, though the row of the caller that forged one comes later',
  (t) => {
    const forger = { ...lost, number: `1|1\n${joinOf({ id: elsewhere.id, number: '9' })}` };
    const logs = new Logs().queue(writesOf(forger)).rows([elsewhere]);
    const isUp = { callIdOf: (uniqueid: string) => (uniqueid === forger.id ? forger.id : undefined) };
    t.strictSame(logs.due(60_000, isUp), [], 'who may have written it is still there');
    t.strictSame(logs.due(3_600_000, isUp), [], 'however long');
    logs.rows([forger]);
    t.strictSame(idsOf(logs.due(3_660_000)), [forger.id]);
    t.strictSame(logs.aside(), [`${joinOf({ id: elsewhere.id, number: '9' })}|1`], 'with the position of who wrote it');
    t.end();
  },
);

void t.test(
  'a call whose row names no queue waits only for the row of the caller that may have written its line',
  (t) => {
    // Behind the queue the dialplan went on elsewhere: the row tells of that alone.
    const genuine: Caller = { ...elsewhere, fate: 'answered' };
    const logs = new Logs().queue([...writesOf(lost).slice(0, 1), ...writesOf(genuine)]).rows([elsewhere]);
    t.strictSame(logs.due(8_000), [], 'so far it may be forged');
    t.strictSame(idsOf(logs.rows([lost]).due(61_000)), [lost.id, genuine.id].sort());
    const alone = new Logs().queue([...writesOf(lost).slice(0, 1), ...writesOf(genuine)]).rows([elsewhere]);
    t.strictSame(idsOf(alone.due(600_000)), [genuine.id], 'a row that never comes');
    t.end();
  },
);

void t.test('guessed lines of a call take no room from its own lines', (t) => {
  const writes = [guess];
  for (let n = 0; n < 400; n++) {
    const fake = `1795892249|${victim.id}|630|a|${n % 2 === 0 ? 'RINGNOANSWER|1' : 'ENTERQUEUE||1'}`;
    writes.push(...writesOf({ id: `1795892300.${n}`, number: `1|1\n${fake}`, fate: 'lost' }));
  }
  writes.push(...writesOf(victim).slice(1));
  const rows = Array.from({ length: 400 }, (_, n): Caller => {
    const fake = `1795892249|${victim.id}|630|a|${n % 2 === 0 ? 'RINGNOANSWER|1' : 'ENTERQUEUE||1'}`;
    return { id: `1795892300.${n}`, number: `1|1\n${fake}`, fate: 'lost' };
  });
  const found = new Logs()
    .queue(writes)
    .rows([...rows, victim])
    .due(60_000);
  t.strictSame(
    found.find(({ callId }) => callId === victim.id),
    wanted[0],
  );
  t.end();
});

void t.test('calls that a caller makes up do not drive out those that are', (t) => {
  // As many as fit into what is read at once, with those of before.
  const writes = [...writesOf(victim)];
  for (let n = 0; n < 999 + 1_680; n++) writes.push(`1795892248|1.${n}|6|N|ENTERQUEUE||`);
  const found = new Logs().queue(writes).rows([victim]).due(60_000);
  t.strictSame(idsOf(found), [victim.id]);
  t.end();
});

void t.test('the number that was called is what the dialplan wrote, not what another caller did', (t) => {
  const forger = { ...lost, number: `1|1\n1795892248|${victim.id}|630|NONE|DID|999\nx` };
  const did = `1795892248|${victim.id}|630|NONE|DID|85331000`;
  for (const writes of [
    [did, ...writesOf(forger), ...writesOf(victim)],
    [...writesOf(forger), did, ...writesOf(victim)],
    [...writesOf(forger), ...writesOf(victim), did],
  ]) {
    for (const rows of [[forger, victim], [victim]]) {
      const found = new Logs().queue(writes).rows(rows).due(60_000);
      t.equal(found.find(({ callId }) => callId === victim.id)?.did, '85331000');
    }
  }
  const nobodys = new Logs().queue([...writesOf(forger), ...writesOf(victim)]).rows([forger, victim]);
  t.equal(nobodys.due(60_000).find(({ callId }) => callId === victim.id)?.did, '');
  t.end();
});

void t.test('what is known of lines and rows is known after a restart', (t) => {
  const forger = { ...lost, number: `1|1\n${guess}\nx` };
  const before = new Logs().queue([...writesOf(forger), ...writesOf(victim).slice(0, 1)]);
  for (const rows of [[], [forger]]) {
    const kept = JSON.parse(JSON.stringify(before.rows(rows).calls.saved)) as SavedCalls;
    const after = new Logs();
    after.calls.restore(kept, 0);
    after.queue(writesOf(victim).slice(1)).rows(rows.length === 0 ? [forger, victim] : [victim]);
    t.strictSame(
      after.due(60_000).find(({ callId }) => callId === victim.id),
      wanted[0],
    );
  }
  t.end();
});

void t.test('whatever callers send and guess, each genuine call has its record and no other call has one', (t) => {
  const others = [victim, lost, elsewhere];
  const lines = [
    ...others.map(joinOf),
    ...others.map(({ id }) => `1795892248|${id}|6|N|ENTERQUEUE`),
    ...writesOf(victim).slice(1),
    `1795892249|${elsewhere.id}|630|a|CONNECT|1|2|3`,
    `1795892249|1795892248.99|630|a|ENTERQUEUE||1|1`,
  ];
  const piece = fc.oneof(fc.constantFrom(...lines), fc.constantFrom('\n', '\r\n', '|1', '|', '"', '1', ',', ' '));
  // SIP lets 79 characters through.
  const text = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('').slice(0, 79));
  const attack = fc.record({
    number: text,
    name: text,
    fate: fc.constantFrom('answered' as const, 'lost' as const, 'elsewhere' as const),
  });
  const attacks = fc.array(attack, { maxLength: 3 });
  const alone = new Map(
    [victim, lost].map((one) => [one.id, new Logs().queue(writesOf(one)).rows([one]).due(60_000)[0]]),
  );
  fc.assert(
    fc.property(attacks, fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), (sent, dice) => {
      const callers = [...others, ...sent.map((one, n): Caller => ({ ...one, id: `1795892300.${n}` }))];
      const waiting = callers.map(writesOf);
      const writes: string[] = [];
      for (const die of dice) {
        const some = waiting.filter((left) => left.length > 0);
        writes.push(...(some[die % some.length]?.splice(0, 1) ?? []));
      }
      const rows = [...callers].sort((a, b) => (dice[callers.indexOf(a)] ?? 0) - (dice[callers.indexOf(b)] ?? 0));
      const logs = new Logs().queue(writes).rows(rows);
      const found = [...logs.due(60_000), ...logs.due(1_000_000)];
      const genuine = callers.filter(({ fate }) => fate !== 'elsewhere').map(({ id }) => id);
      if (idsOf(found).join() !== genuine.sort().join()) throw new Error(`${idsOf(found).join()} ${genuine.join()}`);
      for (const [id, one] of alone) {
        const now = found.find(({ callId }) => callId === id);
        if (JSON.stringify(now) !== JSON.stringify(one)) throw new Error(JSON.stringify(now));
      }
    }),
    { numRuns: 1_000 },
  );
  t.pass();
  t.end();
});
