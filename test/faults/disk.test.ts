import t from 'tap';
import { limited, runDisks } from './full.ts';

void t.test('the disk takes nothing', async (t) => {
  await t.test('no file may grow, then they may', (t) => limited(t, '16-sip', { seed: 41 }, 3_000));
  await runDisks(t, '22-pjsip', 42, 3_000);
});
