import type { Page } from 'playwright-core';
import type { Test } from 'tap';

/** Looks at every row and grid: which of its parts lie over each other, or stick out of it. */
const look = `(() => {
  const wrong = [];
  const told = (one) => one.tagName.toLowerCase() + '.' + (one.getAttribute('class') ?? '') + ' "' + one.textContent.slice(0, 24) + '"';
  for (const row of document.querySelectorAll('main, main *')) {
    const style = getComputedStyle(row);
    if (!/flex|grid/.test(style.display) || row.closest('.hidden') !== null) continue;
    const outer = row.getBoundingClientRect();
    const parts = [...row.children]
      .filter((one) => getComputedStyle(one).position !== 'absolute')
      .map((one) => [one, one.getBoundingClientRect()])
      .filter(([, { width, height }]) => width > 0 && height > 0);
    parts.forEach(([one, a], i) => {
      const isOut = a.left < outer.left - 1 || a.right > outer.right + 1 || a.top < outer.top - 1 || a.bottom > outer.bottom + 1;
      if (isOut && !/auto|scroll/.test(style.overflowX + style.overflowY)) wrong.push(told(one) + ' sticks out of ' + told(row));
      for (const [other, b] of parts.slice(i + 1)) {
        const [x, y] = [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
        if (x > 1 && y > 1) wrong.push(told(one) + ' lies over ' + told(other));
      }
    });
  }
  return wrong;
})()`;

/** Nothing in the page lies over anything else, and nothing sticks out of the row that it stands in. */
export async function apart(t: Test, page: Page, name: string): Promise<void> {
  t.strictSame(await page.evaluate<string[]>(look), [], `${name}: nothing overlaps`);
}
