import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeSections, header, receiver, sections, type Key } from '../../src/config/keys.ts';
import type { Revision } from './revision.ts';
import { root } from './run.ts';

/** Text as roff prints it: no escapes, and no line that begins like a request. */
function plain(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq').replace(/^\./gm, '\\&.');
}

/** Every key that the daemon reads, from the very table it reads by. */
function keys(): string {
  const all: Readonly<Record<string, Readonly<Record<string, Key<unknown>>>>> = {
    ...sections,
    'push.<name>': receiver,
  };
  const fixed = Object.entries(all).map(([section, keys]) => {
    const items = Object.values(keys).map(({ name, shown, fallback, summary, restart, kind }) => {
      const standard = shown ?? (fallback === '' ? '' : fallback);
      const notes = [standard === '' ? '' : `default: ${standard}`, restart ? 'restart' : ''].filter(Boolean);
      const told = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
      return `.TP\n.B ${plain(name)}\n${plain(summary)}${plain(told)}.\nAllowed: ${plain(kind.allowed)}.`;
    });
    if (section.startsWith('push')) {
      const told = `a further header of each request, ${header.name.allowed}.\nAllowed: ${header.value.allowed}.`;
      items.push(`.TP\n.B ${plain(`${header.prefix}<Name>`)}\n${plain(told)}`);
    }
    return `.SS "[${plain(section)}]"\n${items.join('\n')}`;
  });
  const free = Object.entries(freeSections).map(([section, { summary }]) => `.SS "[${section}]"\n${plain(summary)}.`);
  return `.SH SECTIONS AND KEYS\n${[...fixed, ...free].join('\n')}`;
}

/** The manual pages, by their file names; `help` is what the daemon's `--help` prints. */
export function manualPages({ version, epoch }: Revision, help: string): ReadonlyMap<string, string> {
  const values: Readonly<Record<string, string>> = {
    VERSION: version,
    DATE: new Date(epoch * 1000).toISOString().slice(0, 10),
    HELP: plain(help.trimEnd()),
    KEYS: keys(),
  };
  const page = (name: string): [string, string] => [
    name,
    readFileSync(join(root, 'packaging/man', name), 'utf8').replaceAll(
      /@([A-Z]+)@/g,
      (_, key: string) => values[key] ?? '',
    ),
  ];
  return new Map([page('coocenter-api.8'), page('api.conf.5')]);
}
