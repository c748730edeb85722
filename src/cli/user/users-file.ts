import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../exit.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
/** Milliseconds after which a file that a command left behind when it was killed is in nobody's way. */
const abandoned = 60_000;
/** Bytes; what `loadConfig` reads. */
const largest = 1024 * 1024;

/**
 * Changes `users.conf` in the folder beside api.conf, all at once: for its owner and the daemon's group only (0640), and
 * by no link. Two commands at once do not undo each other.
 * @throws {CommandError} that names file and reason
 */
export function changeUsersFile(config: string, change: (text: string) => string): void {
  const folder = `${config}.d`;
  const file = join(folder, 'users.conf');
  try {
    const group = daemonGroup(config);
    makeFolder(folder, group);
    const fresh = join(folder, '.users.conf.new');
    const opened = openAlone(fresh);
    try {
      try {
        writeFileSync(opened, change(read(file)));
        giveTo(group, opened);
        fchmodSync(opened, 0o640);
        fsyncSync(opened);
      } finally {
        closeSync(opened);
      }
      renameSync(fresh, file);
    } catch (cause) {
      unlinkSync(fresh);
      throw cause;
    }
    sync(folder);
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function makeFolder(folder: string, group: number | undefined): void {
  try {
    mkdirSync(folder, 0o700);
  } catch (cause) {
    if (!isCode(cause, 'EEXIST')) throw cause;
    if (lstatSync(folder).isDirectory()) return;
    throw new CommandError(`${folder} is no folder (a link is not followed here)`);
  }
  const opened = openSync(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  giveTo(group, opened);
  fchmodSync(opened, 0o750);
  closeSync(opened);
}

/** The new file, which is the lock as well. */
function openAlone(fresh: string): number {
  const open = (): number => openSync(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    return open();
  } catch (cause) {
    if (!isCode(cause, 'EEXIST')) throw cause;
  }
  if (Math.abs(Date.now() - lstatSync(fresh).mtimeMs) < abandoned) {
    throw new CommandError(`${fresh} is there: another command is at work`);
  }
  unlinkSync(fresh);
  return open();
}

function read(file: string): string {
  let opened: number;
  try {
    opened = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return '';
    if (isCode(cause, 'ELOOP')) throw new CommandError(`${file} is a link, which is not followed here`);
    throw cause;
  }
  try {
    const { mode, nlink, size } = fstatSync(opened);
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw new CommandError(`${file} is no file`);
    if (nlink > 1) throw new CommandError(`${file} has a second name (a hard link), which may be anywhere`);
    if (size > largest) throw new CommandError(`${file} is over 1 MB`);
    return readFileSync(opened, 'utf8').replace(/^\uFEFF/, '');
  } finally {
    closeSync(opened);
  }
}

/** The group that the package gave its own files, so that the daemon can read them. */
function daemonGroup(config: string): number | undefined {
  for (const name of ['webkey.conf', 'ami.conf', 'users.conf']) {
    const found = groupOf(join(`${config}.d`, name));
    if (found !== undefined) return found;
  }
  return (process.getuid?.() === 0 ? groupNamed('coocenter-api') : undefined) ?? groupOf(config);
}

function groupOf(file: string): number | undefined {
  try {
    return statSync(file).gid;
  } catch {
    // It is not there.
    return undefined;
  }
}

function groupNamed(name: string): number | undefined {
  try {
    const line = new RegExp(`^${name}:[^:]*:(\\d+):`, 'm').exec(readFileSync('/etc/group', 'utf8'));
    return line?.[1] === undefined ? undefined : Number(line[1]);
  } catch {
    // No box of ours has none; api.conf tells the group then.
    return undefined;
  }
}

function giveTo(group: number | undefined, opened: number): void {
  const { uid, gid } = fstatSync(opened);
  if (group !== undefined && group !== gid) fchownSync(opened, uid, group);
}

function sync(folder: string): void {
  const opened = openSync(folder, O_RDONLY | O_DIRECTORY);
  fsyncSync(opened);
  closeSync(opened);
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}
