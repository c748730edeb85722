import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../../config/config.ts';
import { filesOf } from '../../config/load.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** The package's account at Asterisk. Distributions that set all modes below /etc/asterisk open it to everybody. */
const account = '/etc/asterisk/manager.d/coocenter-api.conf';

/** Whether only those whom it concerns can read, or change, the files that hold secrets. */
export function secretFindings({ file, general }: Pick<Config, 'file' | 'general'>): Finding[] {
  const files = [...filesOf(file), account, ...(general.tlsKey === '' ? [] : [general.tlsKey])];
  const found = files.flatMap(finding);
  return found.length > 0 ? found : [ok('secrets: no other user of this box can read them')];
}

function finding(file: string): Finding[] {
  const mode = modeOf(file);
  if (mode === undefined || !canBeReached(file)) return [];
  if ((mode & 0o002) !== 0) {
    return [fail(`${file}: every user of this box can change it`, `chmod o-rwx ${file}`)];
  }
  if ((mode & 0o004) === 0) return [];
  return [
    warn(
      `${file}: every user of this box can read the secrets in it`,
      `chmod o-r ${file}; the daemon reads it as the group coocenter-api (Asterisk's own files: as Asterisk's group)`,
    ),
  ];
}

function modeOf(path: string): number | undefined {
  try {
    return statSync(path).mode;
  } catch {
    // It is not there, or the user may not know; that it cannot be read is reported elsewhere.
    return undefined;
  }
}

/** Whether everybody may pass through all folders on the way to a file. */
function canBeReached(file: string): boolean {
  const folder = dirname(file);
  if (((modeOf(folder) ?? 0) & 0o001) === 0) return false;
  return folder === dirname(folder) || canBeReached(folder);
}
