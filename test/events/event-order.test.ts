import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import { setups } from '../lab/setup.ts';
import { readTranscript, replay } from '../oracle/replay.ts';
import type { Transcript } from '../oracle/replay.ts';

/** Seconds between two events that Asterisk sends in either order. */
const near = 0.1;

const timeOf = (event: AmiMessage): number => Number(event.get('Timestamp'));

/** Whether two events of a call come in either order on a real Asterisk (measured: the same call gave twelve orders). */
function maySwap(a: AmiMessage, b: AmiMessage): boolean {
  if (a.get('Timestamp') === '' || b.get('Timestamp') === '' || Math.abs(timeOf(a) - timeOf(b)) > near) return false;
  const names = [a.name, b.name];
  const is = (...wanted: readonly string[]): boolean =>
    names.every((name) => wanted.includes(name)) && a.name !== b.name;
  // Hints and members tell their states from threads of their own; one of them never overtakes itself.
  if (['ExtensionStatus', 'QueueMemberStatus'].some((name) => names.includes(name))) return a.name !== b.name;
  if (is('Cdr', 'Hangup') || is('Cdr', 'DialBegin') || is('Cdr', 'BridgeLeave')) return true;
  if (is('AgentComplete', 'BridgeLeave') || is('AgentComplete', 'Hangup')) return true;
  // The agent's leg, not the caller's: what a channel itself does is in order.
  const isLeg = (event: AmiMessage): boolean =>
    event.name !== 'Hangup' || event.get('Uniqueid') !== event.get('Linkedid');
  if (is('BridgeLeave', 'Hangup')) return isLeg(a) && isLeg(b);
  return is('Newstate', 'DialState');
}

/** Another order of the same events, within those limits. Each keeps its own time. */
function shuffled(events: readonly AmiMessage[], places: readonly number[]): AmiMessage[] {
  const order = [...events];
  for (const place of places) {
    const at = place % (order.length - 1);
    const [first, second] = [order[at]!, order[at + 1]!];
    if (maySwap(first, second)) [order[at], order[at + 1]] = [second, first];
  }
  return order;
}

/** The records, and to the microsecond what they are made of: whole seconds would hide a difference. */
function records(transcript: Transcript, events?: readonly AmiMessage[]): unknown[] {
  const { changes, pushes } = replay(transcript, events);
  const bodies = pushes.map(({ body }) => body).filter(({ event }) => event === 'ivr' || event === 'cc_cdr');
  const exact = changes.map((change) => {
    if (change.type !== 'call-over') return undefined;
    const { menus, queues, feedback, callerChannel, endedAt } = change.callerPath;
    const talks = callerChannel.talks.map(({ from, to }) => ({ from, to }));
    return structuredClone({ menus, queues, feedback, talks, holds: callerChannel.holds, endedAt });
  });
  return [...bodies, ...exact.filter((one) => one !== undefined)];
}

for (const setup of setups) {
  void t.test(
    `${setup}: contract §3.5, §3.7: the same records whatever the order of events that Asterisk does not order`,
    (t) => {
      const folder = join(import.meta.dirname, '../transcripts', setup);
      const transcripts = readdirSync(folder)
        .map((file) => ({
          name: file.replace('.ami', ''),
          transcript: readTranscript(setup, file.replace('.ami', '')),
        }))
        .map((one) => ({ ...one, told: records(one.transcript) }))
        .filter(({ told }) => told.length > 0);
      t.ok(transcripts.length > 8, 'calls that pass a menu or a queue');
      let swaps = 0;
      const property = fc.property(
        fc.constantFrom(...transcripts.map(({ name }) => name)),
        fc.array(fc.nat(100_000), { minLength: 500, maxLength: 2_000, size: 'max' }),
        (name, places) => {
          const { transcript, told } = transcripts.find((one) => one.name === name)!;
          const events = shuffled(transcript.events, places);
          swaps += events.filter((event, at) => event !== transcript.events[at]).length;
          assert.deepEqual(records(transcript, events), told);
        },
      );
      // What fast-check would print is longer than anybody reads: the call and the seed are enough to find it again.
      const { failed, seed, counterexample, errorInstance } = fc.check(property, { numRuns: 400 });
      t.notOk(
        failed,
        `${counterexample?.[0] ?? ''} seed ${seed} ${errorInstance instanceof Error ? errorInstance.message : ''}`,
      );
      t.comment(`${transcripts.length} calls, 400 orders, ${swaps} events moved`);
      t.ok(swaps > 1_000, 'and they were other orders');
      t.end();
    },
  );
}
