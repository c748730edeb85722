import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findRecordings, type FoundRecording } from '../../src/backfill/find-recordings.ts';
import { localTime } from '../../src/system/local-time.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';

void t.test('contract §3.7 filePath: the file that is named by the call', async (t) => {
  const dir = makeTemp();
  t.teardown(() => {
    removeTemp(dir);
  });
  const [uniqueids, at] = [['1795892248.0'], 1_795_892_253_000];
  const found = async (): Promise<FoundRecording> => (await findRecordings(dir, [{ uniqueids, at }]))[0]!;
  const find = async (): Promise<string> => (await found()).path;
  t.equal(await find(), '');
  for (const other of ['q630-1795892248.01.wav', 'q630-11795892248.0.wav', '1795892248.0'])
    writeFileSync(join(dir, other), '');
  t.equal(await find(), '', 'those of other calls are not it');
  const day = localTime(at).slice(0, 10).replaceAll('-', '/');
  mkdirSync(join(dir, day), { recursive: true });
  const freepbx = `${day}/q-630-85322361-20261128-185728-1795892248.0.wav`;
  writeFileSync(join(dir, freepbx), '');
  t.equal(await find(), freepbx);
  const second = 'q631-1795892248.0.wav';
  writeFileSync(join(dir, second), '');
  utimesSync(join(dir, freepbx), at / 1000 + 20, at / 1000 + 20);
  utimesSync(join(dir, second), at / 1000 + 90, at / 1000 + 90);
  t.strictSame(await found(), { path: second, others: [freepbx] }, 'of several, what was written last');
  utimesSync(join(dir, freepbx), at / 1000 + 91, at / 1000 + 91);
  t.strictSame(await found(), { path: freepbx, others: [second] });
  const forged = `${day}/q-630-1795892248.0-20261128-190000-1795892400.3.wav`;
  writeFileSync(join(dir, forged), '');
  t.equal(await find(), freepbx, 'not that of a caller whose number is the Uniqueid of this call');
  for (let n = 0; n < 30; n++) writeFileSync(join(dir, `q630-1795892248.0-${n}.wav`), '');
  t.equal((await found()).others.length, 32, 'however many there are');
});

void t.test(
  'others have their turn while a large folder is looked through for the recordings of many calls',
  async (t) => {
    const dir = makeTemp();
    t.teardown(() => {
      removeTemp(dir);
    });
    const at = Date.now();
    const files = 4_000;
    for (let n = 0; n < files; n++) writeFileSync(join(dir, `q630-1795892248.${n}.wav`), '');
    const wanted = Array.from({ length: 50 }, (_, n) => ({ uniqueids: [`1795892248.${n}`], at }));
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const found = await findRecordings(dir, wanted);
    isOver = true;
    t.strictSame(
      found,
      wanted.map(({ uniqueids }) => ({ path: `q630-${uniqueids[0]}.wav`, others: [] })),
    );
    t.ok(turns >= files / 1_000, `${turns} turns of the event loop`);
  },
);
