import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveTo, replaceFile } from '../../system/replace-file.ts';
import { CommandError } from '../exit.ts';
import { wrongLines } from './users-text.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** Milliseconds after which a file that a command left behind when it was killed is in nobody's way. */
const abandoned = 60_000;
/** Bytes; what `loadConfig` reads. */
const largest = 1024 * 1024;

/** Milliseconds that a command waits for others to end, each of which takes a few. */
const patience = 10_000;

/**
 * Changes `users.conf` in the folder beside api.conf, all at once: for its owner, who stays, and the daemon's group only
 * (0640), and by no link. Commands at once wait for one another and undo nothing of each other. A text of which the daemon
 * would take over nothing is not written.
 * @throws {CommandError} that names file and reason, and the line of what is wrong
 */
export async function changeUsersFile(
  config: string,
  change: (text: string) => string,
  longest = patience,
): Promise<void> {
  const folder = `${config}.d`;
  const file = join(folder, 'users.conf');
  const fresh = join(folder, '.users.conf.new');
  try {
    const group = daemonGroup(config);
    makeFolder(folder, group);
    const replace = (): void => {
      const { uid = process.geteuid?.() ?? 0, gid = process.getegid?.() ?? 0 } = ownerOf(file) ?? {};
      replaceFile(file, () => changed(file, read(file), change), {
        fresh,
        mode: 0o640,
        owner: { uid, gid: group ?? gid },
      });
    };
    const limit = Date.now() + longest;
    for (;;) {
      try {
        replace();
        return;
      } catch (cause) {
        if (!isCode(cause, 'EEXIST')) throw cause;
      }
      forgetAbandoned(fresh);
      if (Date.now() > limit) throw new CommandError(`${fresh} is there: another command is at work`);
      await sleep(20);
    }
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The text after a change, if the daemon takes that over. */
function changed(file: string, before: string, change: (text: string) => string): string {
  const after = change(before);
  const left = wrongLines(after).map(({ text }) => text);
  if (left.length === 0) return after;
  // Told by the lines of the file as it is.
  const told = wrongLines(before).filter(({ text }) => left.includes(text));
  const lines = told.map(({ line, text }) => `${file}:${line}: ${text}`);
  throw new CommandError(`${lines.join('; ')}; put that right, or remove that user, first: nothing is changed`);
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
  const { uid, gid } = fstatSync(opened);
  giveTo({ uid, gid: group ?? gid }, opened);
  fchmodSync(opened, 0o750);
  closeSync(opened);
}

/** The new file is the lock as well. */
function forgetAbandoned(fresh: string): void {
  const found = lstatSync(fresh, { throwIfNoEntry: false });
  if (found !== undefined && Math.abs(Date.now() - found.mtimeMs) >= abandoned) unlinkSync(fresh);
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
  return ownerOf(file)?.gid;
}

function ownerOf(file: string): { readonly uid: number; readonly gid: number } | undefined {
  try {
    return statSync(file);
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

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}
