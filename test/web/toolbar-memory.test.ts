import t from 'tap';
import { codesRoutes } from '../../src/http/routes/codes.ts';
import { Box } from './box.ts';
import { aNight } from './memory.ts';
import { browserFor, openSignedIn } from './open.ts';
import { people } from './people.ts';

void t.test('a night of 10,000 events in one tab: the bar holds as much as before', async (t) => {
  const further = codesRoutes({
    pauseReasons: () => new Map([['lunch', 'Lunch']]),
    dispositions: () => new Map([['sold', 'Sold']]),
  });
  const box = await Box.start(further, { popUrl: 'http://crm.example/?n=${caller}', popIn: 'message' });
  t.teardown(() => box.stop());
  const browser = await browserFor(t);
  const { page, errors } = await openSignedIn(browser, `${box.base}/toolbar`, people.anna);
  await page.locator('.middle .no-call').waitFor();
  /** Phases of the calls that the bar has shown. */
  await page.evaluate(`
    window.shown = {};
    new MutationObserver(() => {
      const phase = document.querySelector('.call')?.dataset.phase ?? 'none';
      if (phase !== window.before) window.shown[phase] = (window.shown[phase] ?? 0) + 1;
      window.before = phase;
    }).observe(document.querySelector('.agent-bar'), { subtree: true, childList: true, attributes: true });
  `);
  await aNight(t, page, box, {
    first: 2_500,
    slack: { heap: 400_000, nodes: 20, listeners: 0 },
    isQuiet: async () => (await page.locator('.middle .no-call').count()) === 1,
  });
  const shown = await page.evaluate<Readonly<Record<string, number>>>('window.shown');
  t.comment(`phases shown ${JSON.stringify(shown)}`);
  t.ok((shown['ringing'] ?? 0) > 10, 'it has shown the calls of its agent');
  t.strictSame(errors, []);
});
