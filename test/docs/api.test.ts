import { globSync } from 'node:fs';
import t from 'tap';
import { routeTable } from '../../src/http/route.ts';
import { allRoutes } from '../../src/http/routes/list.ts';
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
const routes = allRoutes({ dialFeatures: () => false } as unknown as Parameters<typeof allRoutes>[0]);

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
