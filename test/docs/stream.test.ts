import t from 'tap';
import { thingKinds, type ThingKind } from '../../src/live/filter.ts';
import { thingSchemas } from '../../src/live/things.ts';
import { one, plain, read, sectionsOf } from './markdown.ts';

const sections = sectionsOf(read('docs/stream.md'));

function sectionOf(heading: string): string {
  return one(
    sections.filter((section) => plain(section.heading) === heading),
    heading,
  ).text;
}

/** Names in code marks. */
const namesIn = (text: string): string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

/** Rows of the first table: their cells. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|').slice(1, -1));

interface ObjectSchema {
  readonly properties: Readonly<Record<string, { readonly items?: ObjectSchema } & Readonly<Record<string, unknown>>>>;
}
const schemaOf = (kind: ThingKind): ObjectSchema => thingSchemas[kind]() as unknown as ObjectSchema;

void t.test('docs/stream.md: the fields of each sort of thing, in the order in which they are sent', (t) => {
  for (const kind of thingKinds) {
    const named = rowsOf(sectionOf(`\`${kind}\``)).flatMap(([names = '']) => namesIn(names));
    t.strictSame(named, Object.keys(schemaOf(kind).properties), kind);
  }
  const leg = Object.keys(schemaOf('call').properties['legs']?.items?.properties ?? {});
  const [sentence = ''] = /A leg has [^]*/.exec(sectionOf('`call`')) ?? [];
  const words = ['calling', 'ringing', 'up'];
  t.strictSame(
    namesIn(sentence).filter((name) => !words.includes(name)),
    leg,
    'leg',
  );
  t.end();
});

void t.test('docs/stream.md: the words that a field may have', (t) => {
  for (const kind of thingKinds) {
    const text = sectionOf(`\`${kind}\``);
    const words = JSON.stringify(schemaOf(kind)).matchAll(/"enum":(\[[^\]]*\])/g);
    for (const [, list = '[]'] of words) {
      for (const word of JSON.parse(list) as string[]) t.ok(text.includes(`\`${word}\``), `${kind}: ${word}`);
    }
  }
  t.end();
});

void t.test('docs/stream.md: every event of the stream', (t) => {
  const events = rowsOf(sectionOf('Events')).flatMap(([names = '']) => namesIn(names));
  t.strictSame(events, ['snapshot', ...thingKinds, 'link']);
  t.end();
});
