import t from 'tap';
import { Box } from './box.ts';
import { aNight } from './memory.ts';
import { browserFor, openSignedIn } from './open.ts';
import { people } from './people.ts';

void t.test('a night of 10,000 events in one tab: the wallboard holds as much as before', async (t) => {
  const box = await Box.start();
  t.teardown(() => box.stop());
  const browser = await browserFor(t);
  const { page } = await openSignedIn(browser, `${box.base}/wallboard?queues=630`, people.screen);
  await page.locator('.board.live').waitFor();
  await aNight(t, page, box, {
    first: 1_000,
    slack: { heap: 400_000, nodes: 20, listeners: 0 },
    isQuiet: async () => (await page.locator('.board.live').count()) === 1,
  });
});
