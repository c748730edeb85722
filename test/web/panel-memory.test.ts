import t from 'tap';
import { Box } from './box.ts';
import { aNight } from './memory.ts';
import { browserFor } from './open.ts';
import { Panel } from './panel.ts';
import { people } from './people.ts';

void t.test('a night of 10,000 events in one tab: the panel holds as much as before', async (t) => {
  const box = await Box.start();
  t.teardown(() => box.stop());
  const browser = await browserFor(t);
  const panel = await Panel.open(browser, `${box.base}/`, people.boss);
  const { page } = panel;
  // What is chosen, and what may be done with it, is drawn anew with every event of it.
  await page.locator('.tile').first().focus();
  await aNight(t, page, box, {
    first: 1_000,
    slack: { heap: 600_000, nodes: 50, listeners: 10 },
    isQuiet: async () => (await page.locator('.calls .call').count()) === 0,
  });
});
