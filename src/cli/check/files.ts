import { accessSync, closeSync, constants, existsSync, openSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../../config/config.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** Bytes that should be free below the data folder. */
const roomy = 200 * 1024 * 1024;
const { W_OK, X_OK } = constants;

/** The error code of what fails; `undefined` when nothing does. */
function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  }
}

const group = 'add the user of the daemon to the group asterisk (usermod -aG asterisk), or run check as root';

/** The files and folders that the daemon reads and writes, as the user of this command sees them. */
export function fileFindings({ general, asterisk }: Config): Finding[] {
  return [
    recordings(general.monitorDir),
    data(general.dataDir),
    log('queue_log', [asterisk.queueLog]),
    log('CDR file', asterisk.cdrFiles),
  ];
}

/** Which of the files of call detail records there is. */
export function cdrFileOf({ cdrFiles }: Config['asterisk']): string | undefined {
  return cdrFiles.find((file) => existsSync(file));
}

function recordings(folder: string): Finding {
  const what = `recordings in ${folder}`;
  const code = codeOf(() => readdirSync(folder));
  if (code === undefined) return ok(what);
  if (code === 'ENOENT')
    return fail(`${what}: no such folder`, '[general] monitor_dir in api.conf: where MixMonitor writes');
  return fail(`${what}: cannot be read (${code})`, group);
}

function data(folder: string): Finding {
  const what = `records in ${folder}`;
  let there = folder;
  while (!existsSync(there) && there !== dirname(there)) there = dirname(there);
  const code = codeOf(() => {
    if (!statSync(there).isDirectory()) throw Object.assign(new Error('no folder'), { code: 'ENOTDIR' });
    accessSync(there, W_OK | X_OK);
  });
  if (code !== undefined) {
    return fail(
      `${what}: cannot be written (${code} at ${there})`,
      `give the folder to the user of the daemon, or set [general] data_dir`,
    );
  }
  const { bavail, bsize } = statfsSync(there);
  if (bavail * bsize >= roomy) return ok(what);
  return warn(`${what}: ${Math.round((bavail * bsize) / 1024 / 1024)} MB are free`, 'make room on that disk');
}

function log(name: string, files: readonly string[]): Finding {
  const file = files.find((one) => existsSync(one)) ?? files[0] ?? '';
  const code = codeOf(() => {
    closeSync(openSync(file, 'r'));
  });
  if (code === undefined) return ok(`${name}: ${file}`);
  const lost = 'what happened while the daemon was away cannot be made up for';
  if (code === 'ENOENT') {
    return warn(
      `${name}: there is none (${files.join(', ')}): ${lost}`,
      name === 'queue_log'
        ? '[general] of logger.conf: queue_log = yes'
        : 'load cdr_csv.so, or take etc/asterisk/cdr_custom-coocenter.conf',
    );
  }
  return warn(`${name}: ${file} cannot be read (${code}): ${lost}`, group);
}
