import { globSync } from 'node:fs';
import t from 'tap';
import { routeTable } from '../../src/http/route.ts';
import { allRoutes } from '../../src/http/routes/list.ts';
import { matrix, saidOf } from '../http/matrix.ts';
import { itemsOf, one, plain, read, root, sectionsOf } from './markdown.ts';

const document = read('docs/api.md');

/** A request as a clause describes it. */
interface Request {
  readonly clause: string;
  readonly methods: readonly string[];
  readonly path: string;
  readonly params: readonly { readonly name: string; readonly required: boolean; readonly text: string }[];
}

/** The requests in the clauses: a line of code with methods and path, and the list of parameters behind it. */
function requests(): Request[] {
  return sectionsOf(document).flatMap(({ heading, text }) => {
    const [clause = ''] = /(?<=^§)[\d.]+/.exec(heading) ?? [];
    return text.split(/^(?=`[A-Z, ]+ \/\S*`$)/m).flatMap((part) => {
      const [, methods = '', path, rest = ''] = /^`([A-Z, ]+) (\/\S*)`\n([^]*)$/.exec(part) ?? [];
      if (path === undefined) return [];
      const params = itemsOf(rest).flatMap((item) => {
        const [, name, optional, allowed = ''] = /^`(\w+)`( \(optional\))?: (.*)$/.exec(plain(item)) ?? [];
        return name === undefined ? [] : [{ name, required: optional === undefined, text: allowed }];
      });
      return [{ clause, methods: methods.split(', '), path, params }];
    });
  });
}

/** Clauses of the contract that the document has, `4.1` for §4.1. */
const clauses = new Set([...document.matchAll(/^(?:#+ |- \*\*)§([\d.]+\d|\d)/gm)].map(([, clause]) => clause));

// What the routes need is touched when they are used; here they are only read.
const routes = allRoutes({ dialFeatures: () => false, international: () => '' } as unknown as Parameters<
  typeof allRoutes
>[0]);

void t.test('docs/api.md has every request, under the clause that the route names, with its parameters', (t) => {
  const found = requests();
  const byPath = Map.groupBy(routeTable(routes), ({ path }) => path);
  t.strictSame(found.map(({ path }) => path).sort(), [...byPath.keys()].sort());
  for (const [path, rows] of byPath) {
    const request = one(
      found.filter((other) => other.path === path),
      path,
    );
    t.strictSame(
      request.methods,
      rows.map(({ method }) => method),
      path,
    );
    const [, clause] = /\(§([\d.]+)\)$/.exec(rows[0]?.summary ?? '') ?? [];
    if (clause !== undefined) t.equal(request.clause, clause, `${path} is §${clause}`);
    const params = rows[0]?.params ?? [];
    t.strictSame(
      request.params.map(({ name, required }) => ({ name, required })),
      params.map(({ name, required }) => ({ name, required })),
      `${path}: parameters`,
    );
    for (const { name, allowed } of params) {
      const { text = '' } = request.params.find((param) => param.name === name) ?? {};
      const [, other] = /^as §([\d.]+\d)/.exec(text) ?? [];
      const same = found.find(({ clause }) => clause === other)?.params.find((param) => param.name === name);
      t.ok((same?.text ?? text).startsWith(allowed), `${path}: ${name} is ${allowed}`);
    }
  }
  t.end();
});

void t.test('every clause of the contract that is cited is in docs/api.md', (t) => {
  const files = globSync(['{src,test,packaging,etc,systemd}/**/*.{ts,md,sh,conf}', '*.js', 'docs/*.md'], { cwd: root });
  const offences = files
    .filter((name) => !name.includes('/transcripts/'))
    .flatMap((file) => {
      const text = read(file);
      const cited = [...text.matchAll(/[Cc]ontract(?:'s)? §[\d.]*\d(?:(?:–|, | and )§[\d.]*\d)?/g)].flatMap(([words]) =>
        [...words.matchAll(/(?<=§)[\d.]*\d/g)].map(([clause]) => clause),
      );
      const missing = cited.filter((clause) => !clauses.has(clause)).map((clause) => `${file} cites §${clause}`);
      return /\b[Dd]esign §/.test(text) ? [...missing, `${file} cites a document that is not here`] : missing;
    });
  t.strictSame(offences, []);
  t.ok(clauses.size > 35);
  t.end();
});

void t.test('docs/api.md: the errors are those of the code', (t) => {
  const code = globSync('src/**/*.ts', { cwd: root }).map(read).join('\n');
  const ofAsterisk = [
    'Interface not found',
    'Unable to add interface: Already there',
    'Unable to add interface to queue: No such queue',
    'Unable to remove interface: Not there',
    'Unable to remove interface from queue: No such queue',
    'Database entry could not be deleted',
    'Permission denied',
  ];
  /** What of a request stands in the samples. */
  const ofRequest = /…|https:\/\/|\b(?:queue|state|on or off|80\d|2|PUT|16384|12345|32|busy)\b/;
  // The second cell of a row, and what a line of a list says before it explains it.
  const rows = [...document.matchAll(/^\| [45]\d\d +\|([^|]*)\|/gm)].map(([, cell = '']) => cell);
  const items = [...document.matchAll(/^- [45]\d\d (`.*)$/gm)].map(([, item = '']) => item.split(/(?<=`): /)[0] ?? '');
  const messages = [...rows, ...items].flatMap((text) =>
    [...text.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message),
  );
  t.ok(rows.length > 25 && items.length > 20);
  const strange = messages
    .filter((message) => !ofAsterisk.includes(message))
    .flatMap((message) => message.split(ofRequest).map((piece) => piece.trim().replace(/^[:,] ?/, '')))
    .filter((piece) => piece.length > 3 && !code.includes(piece));
  t.strictSame(strange, []);
  t.end();
});

void t.test('docs/api.md says of every request who may send it, as test/http/roles.test.ts proves it', (t) => {
  const { text } = one(
    sectionsOf(document).filter(({ heading }) => heading === 'Roles'),
    'Roles',
  );
  const said = [...text.matchAll(/^\| `([^`]+)` +\| (.*?) +\|$/gm)].map(([, path, who]) => [path, who]);
  t.strictSame(
    said,
    Object.entries(matrix).map(([path, use]) => [path, saidOf[use]]),
  );
  t.end();
});
