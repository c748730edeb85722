import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { CheckpointsCopy, readCheckpointsCopy } from '../../src/store/checkpoints-copy.ts';
import { folderOf } from './stores.ts';

const checkpoints = new Map([
  ['queue_log', '{"at":12}'],
  ['cdr', 'ä"\n'],
]);

void t.test('what was written is read back, from one file that is whole', (t) => {
  const folder = folderOf(t);
  new CheckpointsCopy(folder).write(checkpoints);
  t.strictSame(readdirSync(folder), ['notes.json']);
  t.strictSame(readCheckpointsCopy(folder), checkpoints);
  t.end();
});

void t.test('written only if it differs, and never without checkpoints', (t) => {
  const folder = folderOf(t);
  const copy = new CheckpointsCopy(folder);
  copy.write(new Map());
  t.strictSame(readdirSync(folder), []);
  copy.write(checkpoints);
  rmSync(join(folder, 'notes.json'));
  copy.write(checkpoints);
  t.strictSame(readdirSync(folder), []);
  copy.write(new Map([['cdr', '2']]));
  t.equal(readFileSync(join(folder, 'notes.json'), 'utf8'), '[["cdr","2"]]');
  t.end();
});

void t.test('a copy that is missing or unusable holds nothing; single unusable checkpoints are left out', (t) => {
  const folder = folderOf(t);
  t.equal(readCheckpointsCopy(folder).size, 0);
  for (const text of ['', '[["a"', '{"a":"1"}', 'null']) {
    writeFileSync(join(folder, 'notes.json'), text);
    t.equal(readCheckpointsCopy(folder).size, 0, text);
  }
  writeFileSync(join(folder, 'notes.json'), '[["a","1"],["b",2],["c"],"d",null]');
  t.strictSame(readCheckpointsCopy(folder), new Map([['a', '1']]));
  t.end();
});
