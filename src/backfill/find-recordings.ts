import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { localTime } from '../system/local-time.ts';

/** Names of a folder that are looked through at most. */
const mostNames = 100_000;
/** Names that are read at once: between two parts others have their turn. */
const partSize = 256;

/** A conversation whose recording is looked for. */
export interface RecordedTalk {
  /** What its caller's channel was called. */
  readonly uniqueids: readonly string[];
  /** When it began, ms epoch. */
  readonly at: number;
}

/**
 * The recordings of calls that nobody saw, each as `GET monitor/…` takes it (contract §4.14): a file whose name has the
 * Uniqueid of its caller, as the dialplan kit and FreePBX name theirs, in the folder of recordings or that of the day
 * (`2026/11/28`). `''` where there is none, or several. Each folder is read once for all of them, part by part: it may
 * have a hundred thousand files.
 */
export async function findRecordings(monitorDir: string, wanted: readonly RecordedTalk[]): Promise<string[]> {
  const found = wanted.map((): string[] => []);
  const byFolder = new Map<string, number[]>();
  wanted.forEach(({ at }, index) => {
    for (const folder of ['', localTime(at).slice(0, 10).replaceAll('-', '/')]) {
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), index]);
    }
  });
  for (const [folder, indexes] of byFolder) {
    for await (const name of namesIn(join(monitorDir, folder))) {
      if (!/\.[A-Za-z]\w*$/.test(name)) continue;
      for (const index of indexes) {
        const isIt = wanted[index]?.uniqueids.some((uniqueid) => isNamedBy(name, uniqueid)) === true;
        if (isIt) found[index]?.push(join(folder, name));
      }
    }
  }
  return found.map(([path = '', ...others]) => (others.length === 0 ? path : ''));
}

/** Whether a name has a Uniqueid in it, and not one that is longer. */
function isNamedBy(name: string, uniqueid: string): boolean {
  const at = name.indexOf(uniqueid);
  if (at < 0 || uniqueid === '') return false;
  return !/\d/.test(name[at - 1] ?? '') && !/\d/.test(name[at + uniqueid.length] ?? '');
}

async function* namesIn(folder: string): AsyncGenerator<string, void, undefined> {
  try {
    let count = 0;
    for await (const { name } of await opendir(folder, { bufferSize: partSize })) {
      if (++count > mostNames) return;
      yield name;
    }
  } catch {
    // None there, or none that may be read: then the record says of no recording.
  }
}
