import t from 'tap';
import { backoff } from '../../src/web/base/backoff.ts';
import { ServerSentDecoder, type ServerSent } from '../../src/web/base/server-sent.ts';
import { Table } from '../../src/web/base/table.ts';
import { en } from '../../src/web/languages/en.ts';
import { languages } from '../../src/web/languages/list.ts';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

void t.test('every language fills in the same values as English, and none is empty', async (t) => {
  const namesIn = (text: unknown): string[] =>
    [...new Set([...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))].sort();
  for (const [code, { load }] of Object.entries(languages)) {
    const texts: Readonly<Record<string, unknown>> = await load();
    t.strictSame(Object.keys(texts).sort(), Object.keys(en).sort(), code);
    for (const [key, text] of Object.entries(texts)) {
      t.strictSame(namesIn(text), namesIn(en[key as keyof typeof en]), `${code}: ${key}`);
      t.not(text, '', `${code}: ${key}`);
    }
  }
});

void t.test('the dark theme is the same whether the system or somebody chose it', (t) => {
  const css = readFileSync(join(import.meta.dirname, '../../src/web/style/tokens.css'), 'utf8');
  const [bySystem, chosen] = [':root:not([data-theme="light"])', ':root[data-theme="dark"]'].map((selector) => {
    const at = css.replaceAll("'", '"').indexOf(`${selector} {`);
    return css.slice(css.indexOf('{', at) + 1, css.indexOf('}', at)).match(/[\w-]+: [^;]+/g);
  });
  t.ok((chosen?.length ?? 0) > 20);
  t.strictSame(bySystem, chosen);
  t.end();
});

void t.test('tries begin after a second, and come every 15 seconds at most', (t) => {
  t.strictSame(
    [1, 2, 3, 4, 5, 6, 100].map((tries) => backoff(tries, 0.5)),
    [1000, 2000, 4000, 8000, 15_000, 15_000, 15_000],
  );
  t.strictSame([backoff(1, 0), backoff(1, 0.999)], [750, 1250]);
  t.end();
});

void t.test('server-sent events, in whatever pieces they come', (t) => {
  const text =
    'retry: 2000\n\n:\n\nid: a-1\nevent: call\ndata: {"x":"é"}\n\nid: a-2\r\ndata: 1\r\ndata:2\r\n\r\nevent: lost\n\ndata: no end';
  const bytes = Buffer.from(text);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 12 })), (sizes) => {
      const found: ServerSent[] = [];
      const decoder = new ServerSentDecoder((event) => found.push(event));
      let at = 0;
      for (const size of [...sizes, bytes.length]) decoder.write(bytes.subarray(at, (at += size)));
      t.strictSame(found, [
        { id: 'a-1', event: 'call', data: '{"x":"é"}' },
        { id: 'a-2', event: 'message', data: '1\n2' },
      ]);
    }),
  );
  t.end();
});

void t.test('a table: things keep their order, and who shows one is told of it alone', (t) => {
  const table = new Table<number>();
  table.replace({ b: 1, a: 2 });
  t.strictSame(table.keys.value, ['b', 'a']);
  table.set('c', 3);
  table.set('b', null);
  table.set('nobody', null);
  t.strictSame([table.values.value, table.get('b'), table.get('c')], [[2, 3], undefined, 3]);
  table.set('a', 5);
  table.replace({ c: 3, d: 4 });
  t.strictSame(
    [table.keys.value, table.values.value],
    [
      ['c', 'd'],
      [3, 4],
    ],
  );
  t.end();
});
