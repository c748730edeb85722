import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { Test } from 'tap';
import type { Change } from '../../../src/picture/model.ts';
import { Picture } from '../../../src/picture/picture.ts';
import { setups } from '../../lab/setup.ts';
import type { Transcript } from '../../oracle/replay.ts';
import { lab, pushesOf, readTranscript } from '../../oracle/replay.ts';
import { ToldAsterisk } from '../asterisk.ts';
import { differences } from '../differences.ts';

/** Three indexes of events: before them, lists are asked for, describe Asterisk as it is then, and come. */
type Question = readonly [asked: number, told: number, came: number];

type Body = Readonly<Record<string, unknown>>;

/** What a transcript tells if lists are asked for in the middle of it. `lost`: how many events before that are missed. */
function bodiesOf(transcript: Transcript, question?: Question, lost = 0): Body[] {
  const { start, end, events } = transcript;
  const [asked, told, came] = question ?? [];
  const picture = new Picture({ ...lab.picture });
  const asterisk = new ToldAsterisk(start, lab.picture);
  picture.expectSnapshot();
  const changes: Change[] = picture.resync(start, 0);
  let lists = start;
  let now = 0;
  for (const [at, event] of events.entries()) {
    if (at === asked && lost > 0) picture.lost();
    if (at === asked) picture.expectSnapshot();
    if (at === told) lists = asterisk.lists();
    if (at === came) changes.push(...picture.resync(lists, now));
    now = Number(event.get('Timestamp')) * 1000 || now;
    asterisk.apply(event);
    if (asked !== undefined && at < asked && at >= asked - lost) continue;
    if (event.name === 'VarSet' && !picture.wantsVariable(event.get('Variable'))) continue;
    changes.push(...picture.apply(event, now));
  }
  changes.push(...picture.tick(now + 5_000));
  assert.deepEqual(differences(picture, end), []);
  return pushesOf(events, changes).map(({ body }) => body);
}

/** Three indexes near each other, because lists take milliseconds. */
const questions = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(25), fc.nat(25));
const questionIn = ({ events }: Transcript, [part, wait, way]: readonly [number, number, number]): Question => {
  const asked = Math.floor(part * (events.length - 1));
  const told = Math.min(asked + wait, events.length - 1);
  return [asked, told, Math.min(told + way, events.length - 1)];
};

const runs = Number(process.env['RUNS'] ?? 600);

const told = (bodies: readonly Body[], event: string): Body[] => bodies.filter((body) => body['event'] === event);
const queuesOf = (record: Body): string[] =>
  ((record['queues'] ?? []) as readonly Body[]).map(({ queueCode }) => String(queueCode));

/** Whether the first list is a subsequence of the second. */
function isPart(these: readonly string[], those: readonly string[]): boolean {
  let from = 0;
  return these.every((one) => {
    from = those.indexOf(one, from) + 1;
    return from > 0;
  });
}

for (const setup of setups) {
  const folder = join(import.meta.dirname, '../../transcripts', setup);
  const transcripts = readdirSync(folder).map((file) => {
    const transcript = readTranscript(setup, file.replace('.ami', ''));
    return { name: file, transcript, bodies: bodiesOf(transcript) };
  });
  const chosen = fc.constantFrom(...transcripts.map(({ name }) => name));
  const of = (name: string): (typeof transcripts)[number] => transcripts.find((one) => one.name === name)!;

  /** Tries many transcripts and questions, each with at most this many lost events. */
  const holds = (t: Test, lost: number, check: (own: readonly Body[], all: readonly Body[]) => void): void => {
    const property = fc.property(chosen, questions, fc.nat(lost), (name, places, missed) => {
      const { transcript, bodies } = of(name);
      check(bodiesOf(transcript, questionIn(transcript, places), missed), bodies);
    });
    // fast-check would print more than anybody reads: the call and the seed are enough to reproduce it.
    const { failed, seed, counterexample, errorInstance } = fc.check(property, { numRuns: runs });
    const message = errorInstance instanceof Error ? errorInstance.message : '';
    t.notOk(failed, `${String(counterexample)} seed ${seed} ${message}`);
    t.end();
  };

  void t.test(`${setup}: lists that are asked for in the middle of calls, as after a reload, change nothing`, (t) => {
    const plain = (all: readonly Body[]): Body[] => all.map((body) => ({ ...body, incomplete: undefined }));
    holds(t, 0, (own, all) => {
      assert.deepEqual(plain(own), plain(all));
    });
  });

  void t.test(`${setup}: contract §3.5, §3.7: calls that were missed in part tell nothing twice`, (t) => {
    holds(t, 60, (own, all) => {
      const menus = (bodies: readonly Body[]): string[] =>
        told(bodies, 'ivr').map(({ uuid, ivrId }) => `${String(uuid)} ${String(ivrId)}`);
      assert.ok(isPart(menus(own), menus(all)), `menus ${menus(own).join()} of ${menus(all).join()}`);
      const records = told(own, 'cc_cdr');
      assert.equal(new Set(records.map(({ uuid }) => uuid)).size, records.length, 'two cc_cdr of one call');
      for (const record of records) {
        const whole = told(all, 'cc_cdr').find(({ uuid }) => uuid === record['uuid']) ?? {};
        const [ours, theirs] = [queuesOf(record), queuesOf(whole)];
        assert.ok(isPart(ours, theirs), `queues ${ours.join()} of ${theirs.join()}`);
      }
    });
  });
}
