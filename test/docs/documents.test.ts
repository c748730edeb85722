import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { documents, plain, read, root, sectionsOf } from './markdown.ts';

/** What follows `#` in a link to a heading, as the places where Markdown is read make it. */
function anchorOf(heading: string): string {
  const words = plain(heading).replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/** A document without its blocks and pieces of code. */
const prose = (text: string): string =>
  text
    .replace(/^```[^]*?^```$/gm, '')
    .replace(/^ {4}.*$/gm, '')
    .replace(/`[^`\n]*`/g, '');

void t.test('every link of the documents leads somewhere', (t) => {
  const dead = documents.flatMap((file) =>
    [...prose(read(file)).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      if (/^https?:/.test(link)) return [];
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(join(root, target))) return [`${file}: ${link}`];
      if (anchor === undefined) return [];
      const known = sectionsOf(read(target)).map(({ heading }) => anchorOf(heading));
      return known.includes(anchor) ? [] : [`${file}: ${link}`];
    }),
  );
  t.strictSame(dead, []);
  t.end();
});

void t.test('no line of a table is wider than 120 columns', (t) => {
  const wide = documents.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, i) => (/^\s*\|/.test(line) && Array.from(line).length > 120 ? [`${file}:${i + 1}`] : [])),
  );
  t.strictSame(wide, []);
  t.end();
});

void t.test('README.md links to every document, and fits a glance', (t) => {
  const readme = read('README.md');
  for (const file of documents) if (file !== 'README.md') t.ok(readme.includes(`](${file})`), file);
  t.ok(readme.split('\n').length <= 130, 'some 120 lines');
  t.end();
});

void t.test('files and commands that the documents name are there', (t) => {
  const { version, scripts } = JSON.parse(read('package.json')) as {
    readonly version: string;
    readonly scripts: Readonly<Record<string, string>>;
  };
  const all = documents.map(read).join('\n');
  const commands = [...all.matchAll(/\bnpm (?:run )?(start|test(?::\w+)?|bench|build|package|deb|lab:[\w-]+)/g)];
  t.strictSame(
    commands.map(([, name = '']) => name).filter((name) => !(name in scripts)),
    [],
  );
  const files = [...all.matchAll(/`((?:src|test|docs|etc|packaging|systemd)\/[\w./-]*|eslint\.config\.js)`/g)].map(
    ([, file = '']) => file,
  );
  t.ok(files.length > 5);
  t.strictSame(
    files.filter((file) => globSync(file, { cwd: root }).length !== 1),
    [],
  );
  t.match(read('CHANGELOG.md'), `## [${version}] - `);
  for (const file of ['README.md', 'docs/operations.md']) t.match(read(file), `coocenter-api_${version}_amd64.deb`);
  t.end();
});

void t.test('docs/operations.md: the messages of the journal are those of the code', (t) => {
  const journal = sectionsOf(read('docs/operations.md')).find(({ heading }) => heading === 'Journal')?.text ?? '';
  const code = globSync('src/**/*.ts', { cwd: root })
    .map((file) =>
      read(file)
        .replace(/'\s*\+\s*['`]/g, '')
        .replaceAll("\\'", "'"),
    )
    .join('\n');
  const messages = journal
    .split(/\n(?=- )/)
    .flatMap((item) => [...(item.replace(/\s+/g, ' ').split('`: ')[0] ?? '').concat('`').matchAll(/`([^`]+)`/g)])
    .map(([, message = '']) => message);
  t.ok(messages.length > 30);
  const pieces = messages.flatMap((message) => message.split('…').map((piece) => piece.trim()));
  // Whose line it is, and what the system says, is put together.
  const fixed = pieces.map((piece) => piece.replace(/^(?:push|AMI|store):? ?|^ECONNREFUSED$/, ''));
  t.strictSame(
    fixed.filter((piece) => piece.length > 3 && !code.includes(piece)),
    [],
  );
  t.end();
});

/** Of some source files, those to which no chain of imports among them leads from the first. */
function strangersIn(files: readonly string[]): string[] {
  const imports = new Map(
    files.map((file) => [
      file,
      [...read(file).matchAll(/ from '(\.[^']+)'/g)].map(([, path = '']) => join(dirname(file), path)),
    ]),
  );
  const isNear = (a: string, b: string): boolean => imports.get(a)?.includes(b) === true;
  const known = new Set(files.slice(0, 1));
  // A set is gone through with what is added meanwhile.
  for (const one of known) {
    for (const other of files) if (isNear(one, other) || isNear(other, one)) known.add(other);
  }
  return files.filter((file) => !known.has(file));
}

void t.test(
  'docs/architecture.md: an event and a request pass as many files as it says, and none has nothing to do with the others',
  (t) => {
    const ways = sectionsOf(read('docs/architecture.md')).filter(({ heading }) => heading.startsWith('The way of one'));
    t.equal(ways.length, 2);
    for (const { heading, text } of ways) {
      const files = [...text.matchAll(/`(src\/[\w./-]+\.ts)`/g)].map(([, file = '']) => file);
      t.equal(new Set(files).size, files.length, heading);
      t.match(text, new RegExp(`passes (these )?${files.length} files`), heading);
      t.strictSame(strangersIn(files), [], `${heading}: each imports another of them, or is imported`);
    }
    t.end();
  },
);
