import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ESLint } from 'eslint';
import t from 'tap';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const document = read('docs/architecture.md');
type Versions = Readonly<Record<string, string>>;
const manifest = JSON.parse(read('package.json')) as {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly optionalDependencies: Versions;
};

/** Rows of the table of docs/architecture.md whose heading has these columns: cells as they read, without code marks. */
function tableOf(...columns: readonly string[]): string[][] {
  const cellsOf = (line: string): string[] =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/\\(.)/g, '$1'));
  const lines = document.split('\n');
  const at = lines.findIndex((line) => line.startsWith('|') && cellsOf(line).join() === columns.join());
  if (at < 0) throw new Error(`docs/architecture.md has no table of ${columns.join(', ')}`);
  const rest = lines.slice(at + 2);
  return rest
    .slice(
      0,
      rest.findIndex((line) => !line.startsWith('|')),
    )
    .map(cellsOf);
}

/** Names in a cell of the form `a`, `b`. */
const namesIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');

const eslint = new ESLint({ cwd: root });

/** Rules that `text`, standing in place of an existing file, breaks: `line: rule`. */
async function broken(file: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(root, file) });
  return (result?.messages ?? []).map(({ line, ruleId, message }) => `${line}: ${ruleId ?? message}`);
}

void t.test('a room may import what docs/architecture.md says, and nothing else', async (t) => {
  const folders = globSync('*/', { cwd: join(root, 'src') }).sort();
  const told = tableOf('room', 'holds', 'may import').map(([room, , imports]) => ({
    room: namesIn(room)[0] ?? '',
    imports: namesIn(imports),
  }));
  t.strictSame(told.map(({ room }) => room).toSorted(), folders, 'every room is there');
  // The pages have rules of their own, below.
  const rooms = told.filter(({ room }) => room !== 'web');
  const names = rooms.map(({ room }) => room);
  const filesOf = (room: string): string[] => globSync('*.ts', { cwd: join(root, 'src', room) }).sort();
  for (const { room, imports } of rooms) {
    const [here = '', there = ''] = filesOf(room);
    const targets = names.map((name) => (name === room ? `./${there}` : `../${name}/${filesOf(name)[0] ?? ''}`));
    const all = [...targets, '../daemon.ts', '../main.ts'];
    const text = all.map((target, i) => `import * as m${i} from '${target}';`).join('\n');
    const uses = `export const all = [${all.map((_, i) => `m${i}`).join(', ')}];`;
    const refused = (await broken(`src/${room}/${here}`, `${text}\n\n${uses}\n`))
      .filter((found) => found.endsWith(' import-x/no-restricted-paths'))
      .map((found) => all[Number.parseInt(found) - 1]);
    const allowed = [room, 'system', ...imports];
    const wanted = all.filter((_, i) => !allowed.includes(names[i] ?? ''));
    t.strictSame(refused, wanted, room);
  }
});

void t.test('a file above the rooms may import what it orders or builds, and nothing else', async (t) => {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    'version.ts': [],
    'flow.ts': [
      ...['ami', 'snapshot', 'picture', 'backfill', 'recordings'],
      ...['events', 'live', 'figures', 'wrapup', 'work', 'control', 'store', 'push'],
    ],
    'link.ts': ['ami', 'snapshot', 'flow.ts'],
    'settings.ts': ['config', 'picture', 'backfill', 'events', 'push'],
    'status.ts': ['config', 'ami', 'store', 'push', 'http', 'link.ts'],
    'queue-meters.ts': ['store'],
    'metrics.ts': ['ami', 'picture', 'live', 'store', 'push', 'http', 'link.ts', 'queue-meters.ts'],
    'api.ts': [
      'config',
      'ami',
      'control',
      'snapshot',
      'picture',
      'live',
      'store',
      'push',
      'http',
      'openapi',
      'users',
      'link.ts',
      'settings.ts',
      'work-parts.ts',
    ],
    'work-parts.ts': ['config', 'ami', 'picture', 'events', 'wrapup', 'work', 'store', 'push', 'flow.ts'],
    'daemon.ts': [
      ...[
        'config',
        'ami',
        'snapshot',
        'picture',
        'backfill',
        'recordings',
        'events',
        'live',
        'figures',
        'wrapup',
        'work',
        'store',
        'push',
        'control',
        'http',
        'openapi',
        'users',
      ],
      ...['flow.ts', 'link.ts', 'settings.ts', 'status.ts', 'metrics.ts', 'queue-meters.ts', 'api.ts', 'work-parts.ts'],
    ],
    'main.ts': ['config', 'cli', 'daemon.ts', 'version.ts'],
  };
  const files = globSync('*.ts', { cwd: join(root, 'src') }).sort();
  t.strictSame(Object.keys(allowed).sort(), files, 'every file is there');
  const rooms = globSync('*/', { cwd: join(root, 'src') })
    .filter((room) => room !== 'web')
    .sort();
  for (const file of files) {
    const names = [...rooms, ...files.filter((other) => other !== file)];
    const targets = names.map((name) =>
      name.endsWith('.ts')
        ? `./${name}`
        : `./${name}/${globSync('*.ts', { cwd: join(root, 'src', name) }).sort()[0] ?? ''}`,
    );
    const text = targets.map((target, i) => `import * as m${i} from '${target}';`).join('\n');
    const uses = `export const all = [${targets.map((_, i) => `m${i}`).join(', ')}];`;
    const refused = (await broken(`src/${file}`, `${text}\n\n${uses}\n`))
      .filter((found) => found.endsWith(' import-x/no-restricted-paths'))
      .map((found) => names[Number.parseInt(found) - 1]);
    t.strictSame(
      refused,
      names.filter((name) => name !== 'system' && allowed[file]?.includes(name) !== true),
      file,
    );
  }
});

/** Circles of imports, those of types alone included: the files of each. `imports`: of each file the files it imports. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const reached = new Map<string, Set<string>>();
  const reach = (from: string): Set<string> => {
    const known = reached.get(from);
    if (known !== undefined) return known;
    const found = new Set<string>();
    const waiting = [...(imports.get(from) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      waiting.push(...(imports.get(next) ?? []));
    }
    reached.set(from, found);
    return found;
  };
  for (const file of imports.keys()) {
    if (!reach(file).has(file) || circles.some((circle) => circle.includes(file))) continue;
    circles.push([...reach(file)].filter((other) => reach(other).has(file)).sort());
  }
  return circles;
}

void t.test('no circle of imports, not even of types alone', (t) => {
  const made = new Map([
    ['a', ['b', 'd']],
    ['b', ['c']],
    ['c', ['a']],
    ['d', ['e']],
    ['e', []],
  ]);
  t.strictSame(circlesOf(made), [['a', 'b', 'c']], 'a circle is found');
  const files = globSync('src/**/*.{ts,tsx}', { cwd: root }).sort();
  const imports = files.map((file): [string, string[]] => {
    const paths = [...read(file).matchAll(/(?:\bfrom |\bimport\()'(\.[^']*\.tsx?)'/g)];
    return [file, paths.map(([, path = '']) => join(dirname(file), path))];
  });
  t.ok(imports.flatMap(([, paths]) => paths).length > files.length, 'imports are read');
  t.strictSame(
    imports.flatMap(([, paths]) => paths).filter((path) => !files.includes(path)),
    [],
    'and lead to files',
  );
  t.strictSame(circlesOf(new Map(imports)), []);
  t.end();
});

void t.test('what would break the flow, or hide a fault, is an error', async (t) => {
  const file = 'src/ami/backoff.ts';
  const own = read(file);
  t.strictSame(await broken(file, own), [], 'the file as it is');
  const ring = `import { AmiClient } from './client.ts';\n${own}\nexport const ring = AmiClient;`;
  // Without this setting the plug-in reads no .ts file, and finds no ring.
  t.match((await broken(file, ring)).join('\n'), /\d: import-x\/no-cycle$/m, 'import-x/no-cycle');
  const cases = {
    '@typescript-eslint/no-floating-promises': `${own}\nexport const f = (): void => { Promise.resolve(1); };`,
    '@typescript-eslint/no-misused-promises': `${own}\nexport const f = (): void => { [1].forEach(async () => { await Promise.resolve(); }); };`,
    '@typescript-eslint/switch-exhaustiveness-check': `${own}\nexport function f(x: 'a' | 'b'): number { switch (x) { case 'a': return 1; default: return 0; } }`,
    '@typescript-eslint/no-explicit-any': `${own}\nexport const f = (x: any): unknown => x;`,
    '@typescript-eslint/no-unsafe-return': `${own}\nexport const f = (x: string): string => JSON.parse(x);`,
    '@typescript-eslint/no-non-null-assertion': `${own}\nexport const f = (x?: string): string => x!;`,
    '@typescript-eslint/explicit-module-boundary-types': `${own}\nexport const f = (x: string) => x;`,
    'no-console': `${own}\nconsole.log(1);`,
    eqeqeq: `${own}\nexport const f = (x: number): boolean => x == 1;`,
    'no-empty': `${own}\nexport const f = (): void => { try { JSON.parse(''); } catch {} };`,
  };
  for (const [rule, text] of Object.entries(cases)) {
    t.match((await broken(file, text)).join('\n'), new RegExp(`\\d: ${rule}$`, 'm'), rule);
  }
});

void t.test('a page knows types of the daemon and none of its code, and the daemon nothing of the pages', async (t) => {
  const file = 'src/web/base/backoff.ts';
  const own = read(file);
  t.strictSame(await broken(file, own), [], 'the file as it is');
  const rule = '@typescript-eslint/no-restricted-imports';
  const rooms = globSync('*/', { cwd: join(root, 'src') }).filter((room) => room !== 'web');
  for (const place of [...rooms.map((room) => `${room}/x.ts`), 'daemon.ts', 'api.ts']) {
    const value = `import { x } from '../../${place}';\n${own}\nexport const y: unknown = x;`;
    t.ok((await broken(file, value)).includes(`1: ${rule}`), `${place}: code`);
    const type = `import type { x } from '../../${place}';\n${own}\nexport type Y = x;`;
    t.notOk((await broken(file, type)).includes(`1: ${rule}`), `${place}: types`);
  }
  for (const name of ['node:fs', 'ini', 'uplot-else']) {
    t.ok(
      (await broken(file, `import * as x from '${name}';\n${own}\nexport const y = x;`)).includes(`1: ${rule}`),
      name,
    );
  }
  t.match((await broken(file, `${own}\nexport const y = process.env;`)).join(), 'no-restricted-globals');
  const above = 'src/http/takes-gzip.ts';
  const reaching = `import * as x from '../web/base/backoff.ts';\n${read(above)}\nexport const y = x;`;
  t.match((await broken(above, reaching)).join(), '1: import-x/no-restricted-paths');
});

void t.test('src relies on Node and ini alone, and on nothing of Node that costs memory', (t) => {
  for (const file of globSync('src/**/*.ts', { cwd: root, exclude: ['src/web'] }).sort()) {
    const text = read(file);
    const imports = /^(?:import|export) [^;]*?from '([^.'][^']*)';|\bimport\('([^.'][^']*)'\)/gm;
    const packages = [...text.matchAll(imports)].map(([, fixed, late]) => fixed ?? late ?? '');
    const strange = packages.filter((name) => name !== 'ini' && !name.startsWith('node:'));
    t.strictSame(strange, [], `${file}: packages`);
    const costly =
      /\bfetch\(|\bIntl\.|\.toLocale\w+\(|node:worker_threads|eslint-disable|@ts-(?:ignore|expect-error|nocheck)/;
    t.notMatch(text, costly, `${file}: fetch, Intl, worker threads, rules switched off`);
  }
  t.end();
});

void t.test('docs/architecture.md: the dependencies are those of package.json', (t) => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  t.strictSame(Object.keys(dependencies), ['ini'], 'one at run time');
  const told = tableOf('package', 'why').flatMap(([names]) => namesIn(names));
  // Types and plug-ins go with what they are for.
  const named = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
    (name) => !/^@types\/|^@eslint\/|^typescript-eslint$|^eslint-plugin-/.test(name),
  );
  t.strictSame(told.filter((name) => name !== 'node-mac').sort(), named.sort());
  t.end();
});
