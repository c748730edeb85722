import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { localTime } from '../system/local-time.ts';

/** Most names that are looked at in one folder. */
const mostNames = 100_000;
/** Names that are read at once; between two batches other work has its turn. */
const partSize = 256;

/** A conversation whose recording is wanted. */
export interface RecordedTalk {
  /** Uniqueids of the caller's channels. */
  readonly uniqueids: readonly string[];
  /** When it began, ms epoch. */
  readonly at: number;
}

/**
 * Finds the recordings of calls that the daemon did not see, each as a path below the folder of recordings: a file
 * whose name contains the caller's Uniqueid, as the dialplan kit and FreePBX name theirs, in the folder of recordings or
 * its folder of the day (`2026/11/28`). `''` if there is none, or more than one. Each folder is read once for all calls,
 * in batches: it may have a hundred thousand files. `isGoingOn` says whether the answer is still wanted.
 */
export async function findRecordings(
  monitorDir: string,
  wanted: readonly RecordedTalk[],
  isGoingOn: () => boolean = () => true,
): Promise<string[]> {
  const found = wanted.map((): string[] => []);
  const byFolder = new Map<string, number[]>();
  wanted.forEach(({ at }, index) => {
    for (const folder of ['', localTime(at).slice(0, 10).replaceAll('-', '/')]) {
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), index]);
    }
  });
  for (const [folder, indexes] of byFolder) {
    for await (const name of namesIn(join(monitorDir, folder))) {
      if (!isGoingOn()) return wanted.map(() => '');
      if (!/\.[A-Za-z]\w*$/.test(name)) continue;
      for (const index of indexes) {
        const isIt = wanted[index]?.uniqueids.some((uniqueid) => isNamedBy(name, uniqueid)) === true;
        if (isIt) found[index]?.push(join(folder, name));
      }
    }
  }
  return found.map(([path = '', ...others]) => (others.length === 0 ? path : ''));
}

/** Whether a name contains a Uniqueid, and not as part of a longer one. */
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
    // No such folder, or no right to read it: the record then has no recording.
  }
}
