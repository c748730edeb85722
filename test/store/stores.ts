import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { Entry } from '../../src/store/store.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import type { SqliteStoreParts } from '../../src/store/sqlite-store.ts';
import type { FakeClock } from '../push/fakes.ts';
import { entry, FakeLog } from '../push/fakes.ts';

/** Milliseconds. */
export const day = 24 * 3600 * 1000;
export const delivered = { state: 'delivered', attempts: 1 } as const;

/** A folder that is removed at the end of the test. */
export function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'coocenter-store-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A store in that folder, not open. */
export function storeIn(folder: string, more: Partial<SqliteStoreParts> = {}): { store: SqliteStore; log: FakeLog } {
  const log = new FakeLog();
  return { store: new SqliteStore({ folder, log, keepDays: () => 30, receivers: () => [''], ...more }), log };
}

/** Like `storeIn`, but open until the end of the test. */
export async function open(
  t: Test,
  folder: string,
  more: Partial<SqliteStoreParts> = {},
): Promise<ReturnType<typeof storeIn>> {
  const made = storeIn(folder, more);
  await made.store.start(() => undefined);
  t.teardown(() => made.store.stop());
  return made;
}

export function record(id: string, createdAt = Date.UTC(2026, 0, 1), size = 0): Entry {
  return { ...entry(id, 'record', `call of ${id}`, createdAt), body: JSON.stringify({ id, pad: 'x'.repeat(size) }) };
}

/** Ids of the pending records, in order. */
export async function idsIn(store: SqliteStore, receiver = ''): Promise<string[]> {
  return (await store.pending(receiver, 0, 1e6)).map(({ entry: { id } }) => id);
}

/** Advances the clock, so that the store can do its work, and returns what the work resolves to. */
export async function after<T>(clock: FakeClock, ms: number, work: Promise<T>): Promise<T> {
  const both = Promise.allSettled([work]);
  await clock.advance(ms);
  await both;
  return work;
}
