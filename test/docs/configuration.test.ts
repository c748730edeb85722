import t from 'tap';
import type { Key } from '../../src/config/keys.ts';
import { freeSections, receiver, sections } from '../../src/config/keys.ts';
import { presets } from '../../src/config/presets.ts';
import { itemsOf, one, plain, read, sectionsOf } from './markdown.ts';

const parts = sectionsOf(read('docs/configuration.md'));

/** The items of the list in the part that a section of api.conf has; what stands before the list is left out. */
function itemsUnder(name: string): string[] {
  const { text } = one(
    parts.filter(({ heading }) => plain(heading) === `\`[${name}]\``),
    name,
  );
  return itemsOf(text.slice(Math.max(0, text.search(/^- /m)))).map(plain);
}

/** What an item says of a key at least; more may follow. */
function itemOf({ name, shown, fallback, summary, restart, kind }: Key<unknown>): string {
  const standard = shown ?? (fallback === '' ? undefined : `\`${fallback}\``);
  const told = standard === undefined ? 'no default' : `default ${standard}`;
  return `- \`${name}\` (${told}${restart ? ', restart' : ''}): ${summary}. Allowed: ${kind.allowed}.`.slice(2);
}

void t.test('docs/configuration.md has the keys of src/config/keys.ts and no others', (t) => {
  const all: Readonly<Record<string, Readonly<Record<string, Key<unknown>>>>> = {
    ...sections,
    'push.<name>': receiver,
  };
  for (const [section, keys] of Object.entries(all)) {
    const wanted = Object.values(keys).map(itemOf);
    const found = itemsUnder(section).map((item, i) => item.slice(0, wanted[i]?.length));
    t.strictSame(found, wanted, `[${section}]`);
  }
  for (const [section, { key, value, summary }] of Object.entries(freeSections)) {
    t.strictSame(itemsUnder(section), [`${summary}. Allowed: ${key.allowed} = ${value.allowed}.`], `[${section}]`);
  }
  t.strictSame(
    parts.flatMap(({ heading }) => /^`\[(.*)\]`$/.exec(heading)?.[1] ?? []).sort(),
    [...Object.keys(all), ...Object.keys(freeSections)].sort(),
    'sections',
  );
  t.end();
});

void t.test('docs/configuration.md has the presets', (t) => {
  const { text } = one(
    parts.filter(({ heading }) => heading === 'Presets'),
    'Presets',
  );
  for (const [name, preset] of Object.entries(presets)) {
    const [, list = ''] = new RegExp(`^- \`${name}\`\\n((?: {2}- .*\\n)+)`, 'm').exec(text) ?? [];
    const { memberContext, click, ...lists } = preset;
    const told = Object.entries({ ...lists, click: [click] }).map(
      ([key, contexts]) => `  - \`${key}\`: ${contexts.map((context) => `\`${context}\``).join(', ')}`,
    );
    t.strictSame(list.trimEnd().split('\n').sort(), told.sort(), name);
    if (memberContext !== '') t.match(text, `@${memberContext}/n`);
  }
  t.end();
});
