import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { localTime } from '../system/local-time.ts';

/** Most names that are looked at in one folder. */
const mostNames = 100_000;
/** Names that are read at once; between two batches other work has its turn. */
const partSize = 256;
/** Most files of one call of which it is asked which is the last. */
const mostFiles = 20;

/** A conversation whose recording is wanted. */
export interface RecordedTalk {
  /** Uniqueids of the caller's channels. */
  readonly uniqueids: readonly string[];
  /** When it began, ms epoch. */
  readonly at: number;
}

/** The recording of a conversation, as a path below the folder of recordings. */
export interface FoundRecording {
  /** `''`: there is none. */
  readonly path: string;
  /** Further files that the call names. */
  readonly others: readonly string[];
}

/**
 * Finds the recordings of calls that the daemon did not see: files whose name contains the caller's Uniqueid, as the
 * dialplan kit and FreePBX name theirs, in the folder of recordings or its folder of the day (`2026/11/28`). Of several
 * it is the one that was written last, since what is wanted is the last conversation. Each folder is read once for all
 * calls, in batches: it may have a hundred thousand files. `isGoingOn` says whether the answer is still wanted.
 */
export async function findRecordings(
  monitorDir: string,
  wanted: readonly RecordedTalk[],
  isGoingOn: () => boolean = () => true,
): Promise<FoundRecording[]> {
  const found = wanted.map((): string[] => []);
  const byFolder = new Map<string, number[]>();
  wanted.forEach(({ at }, index) => {
    for (const folder of ['', localTime(at).slice(0, 10).replaceAll('-', '/')]) {
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), index]);
    }
  });
  for (const [folder, indexes] of byFolder) {
    for await (const name of namesIn(join(monitorDir, folder))) {
      if (!isGoingOn()) return wanted.map(() => ({ path: '', others: [] }));
      if (!/\.[A-Za-z]\w*$/.test(name)) continue;
      for (const index of indexes) {
        const isIt = wanted[index]?.uniqueids.some((uniqueid) => isNamedBy(name, uniqueid)) === true;
        if (isIt) found[index]?.push(join(folder, name));
      }
    }
  }
  return Promise.all(found.map((paths, index) => lastOf(monitorDir, paths, wanted[index]?.uniqueids ?? [])));
}

/** Whether a name contains a Uniqueid, and not as part of a longer one. */
function isNamedBy(name: string, uniqueid: string): boolean {
  const at = name.indexOf(uniqueid);
  if (at < 0 || uniqueid === '') return false;
  return !/\d/.test(name[at - 1] ?? '') && !/\d/.test(name[at + uniqueid.length] ?? '');
}

/**
 * Of several files the one that was written last. A caller's number may stand in a name too, and be another call's
 * Uniqueid: a name that is of one call only counts more.
 */
async function lastOf(
  monitorDir: string,
  paths: readonly string[],
  uniqueids: readonly string[],
): Promise<FoundRecording> {
  const [only = ''] = paths;
  if (paths.length < 2) return { path: only, others: [] };
  const isOwn = (path: string): boolean =>
    (path.match(/\d{9,}\.\d+/g) ?? []).every((id) => uniqueids.some((uniqueid) => uniqueid.endsWith(id)));
  const own = paths.filter(isOwn);
  const written = await Promise.all(
    (own.length > 0 ? own : paths)
      .slice(0, mostFiles)
      .map(async (path) => ({ path, at: await writtenAt(join(monitorDir, path)) })),
  );
  const [last] = written.sort((a, b) => b.at - a.at || (a.path < b.path ? -1 : 1));
  const path = last?.path ?? only;
  return { path, others: paths.filter((other) => other !== path) };
}

/** When a file was written last, ms epoch; 0 if it is gone. */
async function writtenAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
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
