import t from 'tap';
import { startBrowser } from '../lab/browser.ts';
import { eventually } from '../lab/within.ts';
import { Box } from './box.ts';
import { held } from './memory.ts';
import { buildOnce, openSignedIn } from './open.ts';
import { people } from './people.ts';

/** Events of Asterisk, as many as a night has. */
const night = 10_000;
/** Bytes by which what the page holds may differ: what engines keep of compiled code comes and goes. */
const slack = 400_000;

void t.test('a night of 10,000 events in one tab: the wallboard holds as much as before', async (t) => {
  await buildOnce();
  const box = await Box.start();
  t.teardown(() => box.stop());
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const { page } = await openSignedIn(browser, `${box.base}/wallboard?queues=630`, people.screen);
  await page.locator('.board.live').waitFor();
  const heard = async (events: number): Promise<void> => {
    for (let count = 0; count < events;) {
      count += await box.hearCall();
      // The stream goes out in turns of the event loop, and the page has to take them.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await eventually('the page has heard it all', async () => (await page.locator('.board.live').count()) === 1);
  };
  await heard(night / 10);
  const before = await held(page);
  await heard(night);
  const after = await held(page);
  t.comment(`before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
  t.ok(after.heap < before.heap + slack, `heap: ${before.heap} to ${after.heap} bytes`);
  t.ok(after.nodes <= before.nodes + 20, `nodes: ${before.nodes} to ${after.nodes}`);
  t.ok(after.listeners <= before.listeners, `listeners: ${before.listeners} to ${after.listeners}`);
});
