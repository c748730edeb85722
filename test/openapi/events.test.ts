import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import t from 'tap';
import { asteriskEventsOf } from '../../src/events/asterisk-events.ts';
import type { PushedEvent } from '../../src/events/event.ts';
import type { FormatDoc } from '../../src/events/formats/documented.ts';
import { eventDocs } from '../../src/events/formats/documented.ts';
import { formats } from '../../src/events/formats/list.ts';
import { Picture } from '../../src/picture/picture.ts';
import type { JsonSchema } from '../../src/system/schema.ts';
import { lab, mac, pushesOf, readTranscript } from '../oracle/replay.ts';
import { eventSamples, missingOf } from './contract-samples.ts';
import { wrongWith } from './valid.ts';

const docs = eventDocs();
const nameOf = ({ format, name }: Pick<FormatDoc, 'format' | 'name'>): string =>
  format === 'coocenter' ? name : `${format}.${name}`;

/** What a recorded scenario pushes, Asterisk's own events too. */
function allPushesOf(scenario: string): PushedEvent[] {
  const transcript = readTranscript('22-pjsip', scenario);
  const picture = new Picture({ ...lab.picture, tellsAsterisk: true });
  const context = { mac, monitorDir: '/', ivrNames: lab.ivrNames, tellsAsterisk: true };
  picture.expectSnapshot();
  picture.resync(transcript.start, 0);
  let now = 0;
  const changes = transcript.events.flatMap((event) => {
    now = Number(event.get('Timestamp')) * 1000 || now;
    return picture.apply(event, now);
  });
  changes.push(...picture.tick(now + 5_000));
  const asterisks = changes.flatMap((change) => asteriskEventsOf(change, context));
  return [...pushesOf(transcript.events, changes, { ...lab, monitorDir: '/' }), ...asterisks];
}

/** Names of fields in the order in which the value has them, where they are not in the schema's. */
function outOfOrder(schema: JsonSchema, value: unknown): string {
  const known = Object.keys(schema['properties'] as JsonSchema);
  const given = Object.keys(value as object);
  const strange = given.filter((name) => !known.includes(name));
  if (strange.length > 0) return `not described: ${strange.join()}`;
  const wanted = known.filter((name) => given.includes(name));
  return given.join() === wanted.join() ? '' : `${given.join()} instead of ${wanted.join()}`;
}

void t.test('the samples are as their schemas say, and have what the contract has', (t) => {
  for (const doc of docs) {
    t.ok(doc.samples.length > 0, `${nameOf(doc)} has a sample`);
    for (const sample of doc.samples) {
      t.equal(wrongWith(doc.schema, sample), '', nameOf(doc));
      t.equal(outOfOrder(doc.schema, sample), '', nameOf(doc));
    }
  }
  for (const [name, text] of Object.entries(eventSamples)) {
    const doc = docs.find((one) => nameOf(one) === name);
    const found = doc?.samples.map((sample) => missingOf(text, sample)) ?? ['no such event'];
    if (name === 'coocenter2.cdr') {
      t.strictSame(Object.keys(doc?.samples[0] as object).slice(0, 14), Object.keys(JSON.parse(text) as object), name);
    } else t.ok(found.includes(''), `contract: ${name}: ${found.join()}`);
  }
  t.end();
});

/** What no transcript holds. */
const quiet = [
  ...['recording', 'disposition', 'agentstate'],
  ...['missedcall', 'missedcall_claimed', 'missedcall_closed'],
];

void t.test('what recorded calls push is as the schemas say, in every format, field for field', (t) => {
  const scenarios = globSync('*.ami', { cwd: join(import.meta.dirname, '../transcripts/22-pjsip') });
  const seen = new Set<string>();
  for (const scenario of scenarios.map((file) => basename(file, '.ami'))) {
    const faults = new Set<string>();
    for (const push of allPushesOf(scenario)) {
      const { event } = push.body;
      for (const [format, written] of Object.entries(formats)) {
        const name = written.nameOf(event);
        if (name === undefined) continue;
        const text = written.write({
          id: '0'.repeat(32),
          event,
          callId: push.callId,
          body: JSON.stringify(push.body),
          ...(push.extra && { extra: JSON.stringify(push.extra) }),
          createdAt: 0,
        });
        const value: unknown = JSON.parse(text ?? 'null');
        const doc =
          docs.find((one) => one.format === format && one.name === name) ??
          docs.find((one) => one.format === 'coocenter' && one.name === name);
        if (doc === undefined) faults.add(`${format}: ${name} is not documented`);
        else {
          seen.add(nameOf(doc));
          const wrong = wrongWith(doc.schema, value) || outOfOrder(doc.schema, value);
          if (wrong !== '') faults.add(`${nameOf(doc)}: ${wrong}`);
        }
      }
    }
    t.strictSame([...faults], [], scenario);
  }
  t.strictSame(
    docs.map(nameOf).filter((name) => !seen.has(name)),
    // No transcript holds files, nor what agents say: test/e2e/recordings.ts and work.ts have these events.
    ['', 'cloudevents.'].flatMap((format) => quiet.map((name) => format + name)),
    'each was seen',
  );
  t.end();
});
