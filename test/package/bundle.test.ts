import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { bundle } from '../../packaging/build/bundle.ts';
import { run } from '../../packaging/build/run.ts';

void t.test(
  'the one file of the daemon costs one byte of memory for each character, and has no comments',
  async (t) => {
    const file = join(t.testdir(), 'coocenter-api.cjs');
    await bundle('1.2.3+abc', file);
    const text = readFileSync(file, 'utf8');
    t.equal(Buffer.byteLength(text), text.length, 'one other character would double all of it');
    t.notMatch(text, '/**');
    t.ok(text.split('\n').length > 1_000, 'a stack trace tells the place');
    t.equal(run(process.execPath, [file, '--version']), 'coocenter-api 1.2.3+abc\n');
  },
);
