import { mock } from 'node:test';
import t from 'tap';
import { Originations } from '../../src/control/originations.ts';
import type { Change, Channel, Leg } from '../../src/picture/model.ts';
import { refusal } from './fake.ts';

const answered = (uniqueid: string): Change => ({ type: 'originate-response', uniqueid, success: true, reason: 4 });
const failed = (uniqueid: string, reason: number): Change => ({
  type: 'originate-response',
  uniqueid,
  success: false,
  reason,
});
const never = (): never => {
  throw new Error('nothing was to be stopped');
};
const rung = (type: 'dial-begin' | 'dial-answer', destUniqueid: string): Change => ({
  type,
  timestamp: '1.0',
  leg: { destUniqueid, source: undefined } as Leg,
});
const gone = (uniqueid: string): Change => ({
  type: 'hangup',
  timestamp: '1.0',
  channel: { uniqueid } as Channel,
  caller: { num: '', name: '' },
  callee: { num: '', name: '' },
});
const ended = (destUniqueid: string, status: string): Change => ({
  type: 'dial-end',
  timestamp: '1.0',
  leg: { destUniqueid } as Leg,
  status,
});

void t.test('what became of a phone that was rung for an API caller', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => {
    mock.timers.reset();
  });
  const run = async (changes: readonly Change[], wait = 0): Promise<string> => {
    const originations = new Originations(never);
    const ended = originations.watch(['7'], 10_000);
    for (const change of changes) originations.onChange(change);
    mock.timers.tick(wait);
    // A second word on it changes nothing.
    originations.onChange(answered('7'));
    return (await ended).outcome;
  };
  t.equal(await run([answered('7')]), 'answered');
  t.equal(await run([failed('7', 3)]), 'noanswer');
  t.equal(await run([failed('7', 5)]), 'busy');
  t.equal(await run([ended('7', 'busy'), failed('7', 0)]), 'busy', 'PJSIP says Reason 0 of a busy phone');
  t.equal(await run([failed('7', 0), ended('7', 'congestion')]), 'congestion', 'whichever comes first');
  t.equal(await run([failed('7', 0)], 500), 'chanunavail', 'no DialEnd: it never rang');
  t.equal(await run([failed('8', 5), ended('8', 'busy')], 10_000), 'noanswer', 'another one’s; Asterisk never told');
  t.equal(await run([ended('7', 'busy')], 10_000), 'noanswer', 'a DialEnd alone is not the end');
  t.equal(await run([ended('7', 'hangup'), failed('7', 0)], 500), 'chanunavail', 'the end of a talk is no refusal');
});

void t.test('several phones that ring for one request', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => {
    mock.timers.reset();
  });
  const run = async (changes: readonly Change[], wait = 0): Promise<unknown> => {
    const stopped: string[] = [];
    const originations = new Originations((id) => stopped.push(id));
    const result = originations.watch(['7', '8', '9'], 10_000);
    for (const change of changes) originations.onChange(change);
    mock.timers.tick(wait);
    return [await result, stopped];
  };
  const word = (outcome: string, channelId = '7'): unknown => [{ outcome, channelId }, []];
  const picked = [{ outcome: 'answered', channelId: '8' }, ['7', '9']];
  t.same(await run([answered('8')]), picked, 'the first that is picked up counts, the others stop');
  t.same(
    await run([rung('dial-answer', '8'), answered('8'), answered('9')]),
    picked,
    'whichever word of it comes first',
  );
  t.same(await run([failed('7', 5), rung('dial-answer', '8')]), [{ outcome: 'answered', channelId: '8' }, ['9']]);
  const late = [...picked.slice(0, 1), ['7', '9', '9']];
  t.same(await run([answered('8'), rung('dial-begin', '9')]), late, 'one that had not begun to ring');
  t.same(await run([answered('8'), gone('9'), rung('dial-begin', '9')]), picked);
  t.same(await run([answered('8'), failed('9', 0), rung('dial-begin', '9')]), picked);
  t.same(await run([failed('7', 5), failed('8', 3), failed('9', 5)]), word('noanswer'), 'one rang to the end');
  t.same(await run([failed('7', 0), failed('8', 5), failed('9', 0)], 500), word('busy'), 'the others could not ring');
  t.same(
    await run([failed('7', 0), ended('8', 'congestion'), failed('8', 0), failed('9', 0)], 500),
    word('congestion'),
  );
  t.same(await run([failed('7', 0), failed('8', 0), failed('9', 0)], 500), word('chanunavail'));
  t.same(await run([failed('7', 5), failed('8', 5)], 10_000), word('noanswer'), 'Asterisk never told of the third');
  const originations = new Originations(never);
  const result = originations.watch(['1', '2'], 10_000);
  originations.refused('1');
  originations.onChange(failed('2', 5));
  t.same(await result, { outcome: 'busy', channelId: '1' }, 'one that Asterisk did not take');
});

void t.test('Asterisk goes away while it rings', async (t) => {
  const originations = new Originations(never);
  const outcomes = [originations.watch(['1'], 60_000), originations.watch(['2', '3'], 60_000)];
  originations.onDown();
  for (const outcome of outcomes) await t.rejects(outcome, refusal('unavailable'));
  originations.onDown();
});

void t.test('ids of our own read like Asterisk’s and are never the same', (t) => {
  const originations = new Originations(never);
  const ids = Array.from({ length: 1_000 }, () => originations.nextChannelId(1_732_304_000_999));
  t.equal(new Set(ids).size, ids.length);
  t.ok(ids.every((id) => /^1732304000\.9\d{8}$/.test(id)));
  t.end();
});
