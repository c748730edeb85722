import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { errorsIn } from '../oracle/errors.ts';
import type { Arrivals } from './arrivals.ts';
import type { Truth } from './compare.ts';
import * as compare from './compare.ts';
import { readQueueCalls, readRows } from './ledger.ts';
import { privateMemory } from './memory.ts';
import type { Stage } from './stage.ts';
import { tail } from './stage.ts';

/** What a test allows. */
export interface Allowance {
  /** ms without any push after which no more are waited for. */
  readonly silence?: number;
  /** A record may come again with another body: what the first was made of has been taken away. */
  readonly otherBodies?: boolean;
  /** Errors of the log that the fault is to give. */
  readonly errors?: RegExp;
}

/** Problems that are listed at most. */
const mostListed = 12;

function truthOf({ scenery: { asterisk }, witness, away }: Stage): Truth {
  const found = readRows(asterisk.rowsFile);
  const byRow = new Map(found.map(({ uniqueid, call }) => [uniqueid, call]));
  // A hand-over gives rows the linkedid of another call than the one that the channel began.
  const callOf = (uniqueid: string): string => witness.callOf(uniqueid) ?? byRow.get(uniqueid) ?? uniqueid;
  const rows = found.map((row) => ({ ...row, call: callOf(row.uniqueid) }));
  return { rows, queueCalls: readQueueCalls(asterisk.queueLog, callOf), seen: witness.calls, away };
}

/** What has not come, or came once too often. */
function incomplete(truth: Truth, arrivals: Arrivals): string[] {
  return [
    ...compare.rowProblems(truth, arrivals),
    ...compare.recordProblems(truth, arrivals),
    ...compare.menuProblems(truth, arrivals),
  ];
}

/** Waits until everything has come to every receiver, or nothing comes any more. */
async function settle(stage: Stage, everybody: readonly Arrivals[], silence: number): Promise<void> {
  let since = performance.now();
  let before = -1;
  for (;;) {
    const truth = truthOf(stage);
    if (truth.rows.length !== before) since = performance.now();
    before = truth.rows.length;
    const last = Math.max(since, ...everybody.map(({ lastAt }) => lastAt));
    const isOver = performance.now() - last > silence;
    const isAll = (): boolean => everybody.every((arrivals) => incomplete(truth, arrivals).length === 0);
    // The records of the last call are made after it, and a row may be late.
    if (performance.now() - since > 3_000 && (isOver || isAll())) break;
    await sleep(500);
  }
  // For one too many.
  await sleep(2_000);
}

/**
 * The end of every fault test: all calls end, everything is well again, what is to come comes, and then each row of
 * Asterisk's CDR file has its `cdr`, each queue call its `cc_cdr`, once, in order (contract §3.5 to §3.7).
 */
export async function settleAndCompare(t: Test, stage: Stage, allowed: Allowance = {}): Promise<void> {
  const { traffic, arrivals, daemon, others } = stage;
  const { silence = 45_000, errors } = allowed;
  await traffic.stop();
  await daemon.ready();
  await settle(stage, [arrivals, ...[...others.values()].map((other) => other.arrivals)], silence);
  const truth = truthOf(stage);
  tellOf(t, truth, stage);
  compareOne(t, truth, arrivals, allowed);
  for (const [name, other] of others) {
    await t.test(name, (t) => {
      compareOne(t, truth, other.arrivals, allowed);
      t.end();
    });
  }
  const unexpected = errorsIn(daemon.output).filter((line) => errors?.test(line) !== true);
  if (!t.same(unexpected, [], 'no error in the log')) t.comment(tail(daemon.output));
}

function compareOne(t: Test, truth: Truth, arrivals: Arrivals, { otherBodies = false }: Allowance): void {
  tell(t, arrivals);
  const check = (found: readonly string[], title: string): void => {
    if (!t.ok(found.length === 0, title, { diagnostic: false })) t.comment(found.slice(0, mostListed).join('\n'));
  };
  check(compare.rowProblems(truth, arrivals), 'contract §3.6: every row of the CDR file has exactly one cdr');
  check(compare.recordProblems(truth, arrivals), 'contract §3.7: every queue call has exactly one cc_cdr');
  check(compare.menuProblems(truth, arrivals), 'contract §3.5: no menu twice, and one ivr for each that was seen');
  check(compare.orderProblems(truth, arrivals), 'the rows of a call come in the order of the file');
  check(compare.attemptProblems(arrivals), 'x-coocenter-attempt counts');
  const bodies = compare.bodyProblems(arrivals);
  if (otherBodies) t.comment(`${bodies.length} records came again with another body\n${bodies.slice(0, 3).join('\n')}`);
  else check(bodies, 'the same webhook-id, the same body');
}

function tellOf(t: Test, { rows, queueCalls, seen }: Truth, { traffic, away, daemon }: Stage): void {
  const menus = [...seen.values()].reduce((sum, call) => sum + call.menus.length, 0);
  t.comment(
    `${traffic.placed} calls placed, ${rows.length} rows, ${queueCalls.size} queue calls, ${menus} menus; ` +
      `${away.times} times away; private memory ${privateMemory(daemon.pid)} KB`,
  );
}

function tell(t: Test, arrivals: Arrivals): void {
  const count = (event: string): number => arrivals.taken(event).length;
  const partly = arrivals.taken('cc_cdr').filter(({ body }) => body['incomplete'] === true).length;
  t.comment(
    `${count('cdr')} cdr, ${count('cc_cdr')} cc_cdr (${partly} incomplete), ${count('ivr')} ivr, ` +
      `${arrivals.signals} signals, ${arrivals.pushes} pushes, ${compare.duplicates(arrivals)} records twice`,
  );
}
