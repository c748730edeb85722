import t from 'tap';
import { Box } from './box.ts';
import { accessible, browserFor, fits, openSignedIn } from './open.ts';
import { people } from './people.ts';

const names: Readonly<Record<string, string>> = {
  markup: '<img src=x onerror=alert(1)><b>Sales</b>&amp;',
  'right to left': 'קבוצת תמיכה \u202e630',
  emoji: '☎️👩‍💻👨‍👩‍👧‍👦🏴‍☠️ support',
  '200 characters without a space': 'x'.repeat(200),
  '200 characters': 'Beschwerden und Rückfragen '.repeat(8).trim().slice(0, 200),
};

void t.test('whatever a queue is called, it is text, and moves nothing', async (t) => {
  const box = await Box.start();
  t.teardown(() => box.stop());
  const browser = await browserFor(t);
  const { page, errors } = await openSignedIn(browser, `${box.base}/wallboard?queues=630`, people.screen);
  await page.locator('.board.live').waitFor();
  for (const [width, height] of [
    [390, 844],
    [1280, 800],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const [what, name] of Object.entries(names)) {
      const query = new URLSearchParams([
        ['queues', `630:${name}`],
        ['queue', '631'],
      ]);
      await page.goto(`${box.base}/wallboard?${query.toString()}`);
      const bands = page.locator('.band');
      await bands.nth(1).waitFor();
      t.equal(await bands.first().locator('h2').textContent(), name, `${what} ${width}`);
      t.equal(await page.locator('img, b').count(), 0, `${what} ${width}: no element comes of it`);
      await fits(t, page, `${what} ${width}`);
      if (width < 720) continue;
      const [high, window] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollHeight, innerHeight]',
      );
      t.ok(high <= window, `${what} ${width}: both queues are on the screen (${high} of ${window})`);
    }
  }
  await accessible(t, page, 'a long name');
  // This box has no figures of the day.
  t.strictSame(
    errors.filter((error) => !error.includes('404')),
    [],
    'nothing was run, and nothing failed',
  );
});
