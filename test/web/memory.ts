import type { CDPSession, Page } from 'playwright-core';
import type { Test } from 'tap';
import { eventually } from '../lab/within.ts';
import type { Box } from './box.ts';

/** What a page holds, once all that it does not need any more is thrown away. */
interface Held {
  /** Bytes of its scripts' objects. */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** Measures what a page holds. */
async function held(page: Page): Promise<Held> {
  const session = await page.context().newCDPSession(page);
  try {
    // Twice: what the first frees may free more.
    for (let turn = 0; turn < 2; turn++) await collect(session);
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    return { heap: usedSize, nodes, listeners: jsEventListeners };
  } finally {
    await session.detach();
  }
}

async function collect(session: CDPSession): Promise<void> {
  await session.send('HeapProfiler.collectGarbage');
}

/** Events of Asterisk, as many as a night has. */
const night = 10_000;

/** What may differ after a night. Bytes: what engines keep of compiled code comes and goes. */
interface Slack {
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** A page hears a night of calls, after `first` events, and holds as much as before. `isQuiet`: it has shown them all. */
export async function aNight(
  t: Test,
  page: Page,
  box: Box,
  {
    first,
    slack,
    isQuiet,
  }: { readonly first: number; readonly slack: Slack; readonly isQuiet: () => Promise<boolean> },
): Promise<void> {
  const heard = async (events: number): Promise<void> => {
    for (let count = 0; count < events;) {
      count += await box.hearCall();
      // The stream goes out in turns of the event loop, and the page has to take them.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await eventually('the page has heard it all', isQuiet);
  };
  await heard(first);
  const before = await held(page);
  await heard(night);
  const after = await held(page);
  t.comment(`before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
  t.ok(after.heap < before.heap + slack.heap, `heap: ${before.heap} to ${after.heap} bytes`);
  t.ok(after.nodes <= before.nodes + slack.nodes, `nodes: ${before.nodes} to ${after.nodes}`);
  t.ok(after.listeners <= before.listeners + slack.listeners, `listeners: ${before.listeners} to ${after.listeners}`);
}
