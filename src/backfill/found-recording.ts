import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { localTime } from '../system/local-time.ts';

/** Names of a folder that are looked through at most. */
const MOST = 100_000;

/**
 * The recording of a call that nobody saw, as `GET monitor/…` takes it (contract §4.14): a file whose name has the
 * Uniqueid of its caller, as the dialplan kit and FreePBX name theirs, in the folder of recordings or that of the day
 * (`2026/11/28`). `at`: ms epoch, when the conversation began. `''` when there is none, or several.
 */
export function findRecording(monitorDir: string, uniqueids: readonly string[], at: number): string {
  const day = localTime(at).slice(0, 10).replaceAll('-', '/');
  const found = ['', day].flatMap((folder) =>
    namesIn(join(monitorDir, folder))
      .filter((name) => /\.[A-Za-z]\w*$/.test(name) && uniqueids.some((uniqueid) => isNamedBy(name, uniqueid)))
      .map((name) => join(folder, name)),
  );
  return found.length === 1 ? (found[0] ?? '') : '';
}

/** Whether a name has a Uniqueid in it, and not one that is longer. */
function isNamedBy(name: string, uniqueid: string): boolean {
  const at = name.indexOf(uniqueid);
  if (at < 0 || uniqueid === '') return false;
  return !/\d/.test(name[at - 1] ?? '') && !/\d/.test(name[at + uniqueid.length] ?? '');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).slice(0, MOST);
  } catch {
    // None there, or none that may be read: then the record says of no recording.
    return [];
  }
}
