import {
  chmodSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { replaceFile } from '../../src/system/replace-file.ts';

void t.test('a file is written all at once, for its owner only; links of its name give way', (t) => {
  const dir = t.testdir({ other: 'mine' });
  const file = join(dir, 'file');
  const other = join(dir, 'other');
  replaceFile(file, () => 'one');
  t.equal(statSync(file).mode & 0o777, 0o600);
  const before = statSync(file).ino;
  chmodSync(file, 0o666);
  replaceFile(file, () => 'two', { mode: 0o640 });
  t.equal(statSync(file).mode & 0o777, 0o640);
  t.not(statSync(file).ino, before, 'who has it open still reads the old one');
  renameSync(file, join(dir, 'third'));
  for (const link of [symlinkSync, linkSync]) {
    link(other, file);
    replaceFile(file, () => 'new');
    t.equal(readFileSync(file, 'utf8'), 'new');
    t.equal(readFileSync(other, 'utf8'), 'mine');
    renameSync(file, join(dir, 'third'));
  }
  t.strictSame(readdirSync(dir).sort(), ['other', 'third']);
  t.end();
});

void t.test('what fails leaves the old file and nothing else', (t) => {
  const dir = t.testdir({ file: 'old', folder: { 'in it': '' } });
  const file = join(dir, 'file');
  const fresh = join(dir, 'fresh');
  const failing = (): string => {
    throw new Error('no content');
  };
  t.throws(() => {
    replaceFile(file, failing);
  }, /no content/);
  t.throws(() => {
    replaceFile(join(dir, 'folder'), () => 'x');
  }, /EISDIR|ENOTEMPTY|EEXIST/);
  t.strictSame(readdirSync(dir).sort(), ['file', 'folder']);
  t.equal(readFileSync(file, 'utf8'), 'old');
  writeFileSync(fresh, 'of another');
  t.throws(() => {
    replaceFile(file, failing, { fresh });
  }, /EEXIST/);
  t.equal(readFileSync(fresh, 'utf8'), 'of another');
  t.end();
});

void t.test('a name that another process took away meanwhile stays its own', (t) => {
  const dir = t.testdir({ file: 'old' });
  const file = join(dir, 'file');
  const fresh = join(dir, 'fresh');
  const slow = (): string => {
    renameSync(fresh, `${fresh}.taken`);
    writeFileSync(fresh, 'half of anot');
    return 'new';
  };
  t.throws(() => {
    replaceFile(file, slow, { fresh });
  }, /taken away by another process/);
  t.equal(readFileSync(file, 'utf8'), 'old');
  t.equal(readFileSync(fresh, 'utf8'), 'half of anot');
  t.end();
});
