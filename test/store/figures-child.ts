// A process for tests that kill it: stores the same records in FOLDER over and over, each with something to count.
import { setTimeout as wait } from 'node:timers/promises';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { entry, FakeLog } from '../push/fakes.ts';

const [folder = ''] = process.argv.slice(2);
const store = new SqliteStore({ folder, log: new FakeLog(), keepDays: () => 30, receivers: () => [''] });
await store.start(() => undefined);
const figures = [{ at: 20261129, queue: '630', agent: '801', add: { offered: 1 } }];
for (let i = 0; ;) {
  for (let burst = 0; burst < 5; burst++, i++) {
    // What was there before the kill comes again.
    void store.add({ ...entry(`record ${i}`, 'record', 'call'), figures }, ['']).then(() => {
      process.stdout.write(`${i}\n`);
    });
  }
  await wait(1);
}
