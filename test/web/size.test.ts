import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { buildPages } from '../../packaging/build/pages.ts';

/** Bytes, compressed, of a page with all that it loads. */
const budget = 60 * 1024;

void t.test('a page takes 60 KB at most, with every part and every text that it may load', async (t) => {
  const dir = t.testdir();
  const { files } = await buildPages(dir);
  const read = (name: string): Buffer => readFileSync(join(dir, `${name}.gz`));
  const text = (name: string): string => gunzipSync(read(name)).toString();
  const named = (name: string): string[] => Object.keys(files).filter((other) => text(name).includes(other));
  const pages = Object.keys(files).filter((name) => name.endsWith('.html'));
  t.ok(pages.includes('wallboard.html'));
  for (const page of pages) {
    const all = new Set([page]);
    for (const name of all) for (const next of named(name)) all.add(next);
    const bytes = [...all].reduce((sum, name) => sum + read(name).length, 0);
    t.ok(all.size > 4, `${page} loads ${[...all].join(', ')}`);
    t.ok(bytes <= budget, `${page}: ${bytes} bytes`);
    t.notMatch(text(page), /<script(?![^>]* src=)|<style|\son\w+=|style=/, `${page}: nothing inline`);
  }
});

void t.test('the same sources give the same bytes', async (t) => {
  const dir = t.testdir({ a: {}, b: {} });
  const [one, other] = [await buildPages(join(dir, 'a')), await buildPages(join(dir, 'b'))];
  t.strictSame(one, other);
  for (const name of Object.keys(one.files)) {
    const bytes = (from: string): Buffer => readFileSync(join(dir, from, `${name}.gz`));
    t.ok(bytes('a').equals(bytes('b')), name);
  }
});
