import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { thingKinds } from '../../src/live/filter.ts';
import { thingSchemas } from '../../src/live/things.ts';
import type { JsonSchema } from '../../src/system/schema.ts';
import { setups } from '../lab/setup.ts';
import { wrongWith } from '../openapi/valid.ts';
import { readTranscript } from '../oracle/replay.ts';
import { World } from './world.ts';

const folder = join(import.meta.dirname, '../transcripts');

/** The schema, allowing no other fields, in any depth. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in schema ? { ...inner, additionalProperties: false } : inner;
}

void t.test('every thing of every recording is as its schema says, with all fields in their order', (t) => {
  const seen = Object.fromEntries(thingKinds.map((kind) => [kind, new Set<string>()]));
  for (const setup of setups) {
    for (const file of readdirSync(join(folder, setup))) {
      const transcript = readTranscript(setup, file.replace('.ami', ''));
      const world = new World(transcript);
      for (const event of transcript.events) {
        world.hear(event);
        // Each of these is followed by a picture in which something else goes on.
        if (!/^(?:DialBegin|DialEnd|BridgeEnter|Hangup|Hold|QueueCallerJoin|QueueMemberPause)$/.test(event.name))
          continue;
        for (const [kind, things] of Object.entries(world.truth())) {
          for (const value of Object.values(things)) seen[kind]?.add(JSON.stringify(value));
        }
      }
    }
  }
  for (const kind of thingKinds) {
    const schema = closed(thingSchemas[kind]()) as JsonSchema & { readonly properties: object };
    const values = [...(seen[kind] ?? [])].map((text) => JSON.parse(text) as object);
    t.ok(values.length > 3, `${values.length} different: ${kind}`);
    t.strictSame([...new Set(values.map((value) => wrongWith(schema, value)))], [''], kind);
    const names = Object.keys(schema.properties).join();
    t.strictSame([...new Set(values.map((value) => Object.keys(value).join()))], [names], `fields of ${kind}`);
  }
  t.end();
});
