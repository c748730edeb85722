import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { download } from './apt.ts';
import { cacheDir, loaderOf, triplet } from './prefix.ts';
import { unpack } from './unpack.ts';

/** What the code in the documentation is run by, besides Node and sh. */
export interface Interpreter {
  /** The command and its first arguments, to be followed by a file and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** A Debian release, and its packages that have them. */
const suite = 'bookworm';
const packages = ['php-cli', 'python3'];

/** Counted up when the recipe changes: older installations are then made anew. */
const recipe = 1;

const root = (): string => join(cacheDir(), `interpreters-${suite}-${recipe}`);

export const areInterpretersInstalled = (): boolean => existsSync(root());

/** Downloads and unpacks them, without root; does nothing when they are there. */
export function installInterpreters(): void {
  if (areInterpretersInstalled()) return;
  console.log(`downloading PHP and Python (Debian ${suite})`);
  const debs = `${root()}.debs`;
  const full = `${root()}.full`;
  rmSync(full, { recursive: true, force: true });
  download(suite, packages, debs);
  unpack(debs, full);
  // Documentation and data of packages that are only there since others want them.
  rmSync(join(full, 'usr/share'), { recursive: true });
  rmSync(debs, { recursive: true });
  renameSync(full, root());
}

/** Debian's PHP: its own loader runs it, so that it needs nothing of the machine. */
export function php(): Interpreter {
  return interpreter(/^php\d[\d.]*$/, {});
}

/** Debian's Python. */
export function python(): Interpreter {
  return interpreter(/^python3\.\d+$/, { PYTHONHOME: join(root(), 'usr') });
}

function interpreter(name: RegExp, env: Interpreter['env']): Interpreter {
  if (!areInterpretersInstalled()) throw new Error(`PHP and Python are not in ${root()}: run "npm run lab:install"`);
  const lib = join(root(), 'usr/lib', triplet());
  const bin = join(root(), 'usr/bin');
  const found = readdirSync(bin).find((entry) => name.test(entry));
  if (found === undefined) throw new Error(`no ${name.source} in ${bin}`);
  return { command: [join(lib, loaderOf(lib)), '--library-path', lib, join(bin, found)], env };
}
