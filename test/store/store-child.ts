// A process for tests that kill or limit one: `add FOLDER RUN` adds until it is killed, `full FOLDER` runs into a limit.
import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { entry, FakeLog } from '../push/fakes.ts';

const [what = '', folder = '', run = ''] = process.argv.slice(2);
const store = new SqliteStore({ folder, log: new FakeLog(), keepDays: () => 30, receivers: () => [''] });
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const pad = JSON.stringify({ pad: 'x'.repeat(800) });

// Node ignores SIGXFSZ, so that a write beyond the limit fails; what tap loads into its processes would let it end them.
process.on('SIGXFSZ', () => undefined);
await store.start(() => undefined);
if (what === 'add') {
  for (let i = 0; ;) {
    for (let burst = 0; burst < 5; burst++, i++) {
      const id = `run ${run} record ${i}`;
      void store.add({ ...entry(id, 'record', 'call'), body: pad }, ['']).then(() => {
        say(id);
      });
    }
    await wait(1);
  }
} else {
  const ids: string[] = [];
  while (store.health.state === 'ok' && ids.length < 5_000) {
    const burst = Array.from({ length: 20 }, (_, i) => `record ${ids.length + i}`);
    ids.push(...burst);
    await Promise.allSettled(burst.map((id) => store.add({ ...entry(id, 'record', 'call'), body: pad }, [''])));
  }
  say(store.health.state === 'ok' ? 'never full' : `failing ${store.health.reason}`);
  say(`what is pending can be read: ${(await store.pending('', 0, 10)).length === 10}`);
  execFileSync('prlimit', ['--pid', `${process.pid}`, '--fsize=unlimited']);
  while (store.health.state !== 'ok') await wait(50);
  const there = new Set((await store.pending('', 0, 10_000)).map(({ entry: { id } }) => id));
  say(ids.every((id) => there.has(id)) ? `ok all ${ids.length} there` : `lost some of ${ids.length}`);
  await store.stop();
}
