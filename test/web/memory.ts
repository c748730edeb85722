import type { CDPSession, Page } from 'playwright-core';

/** What a page holds, once all that it does not need any more is thrown away. */
export interface Held {
  /** Bytes of its scripts' objects. */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** Measures what a page holds. */
export async function held(page: Page): Promise<Held> {
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
