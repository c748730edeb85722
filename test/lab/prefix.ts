import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { modulesOfVersion } from './modules.ts';
import type { Version } from './setup.ts';
import { setups } from './setup.ts';

/** The Debian release that has an Asterisk of this version. */
export const suites: Readonly<Record<Version, string>> = { 16: 'bullseye', 22: 'sid' };

/** The Debian packages that have what the lab loads: VoiceMail() became part of asterisk-modules after bullseye. */
export const packages: Readonly<Record<Version, readonly string[]>> = {
  16: ['asterisk', 'asterisk-modules', 'asterisk-voicemail'],
  22: ['asterisk', 'asterisk-modules'],
};

/** Counted up when the recipe of install.ts changes: older installations are then made anew. */
const recipe = 2;

/** Where Asterisk is kept between runs and clones: `$COOCENTER_LAB`, else below the user's cache folder. */
export function cacheDir(): string {
  return process.env['COOCENTER_LAB'] ?? join(homedir(), '.cache', 'coocenter-lab');
}

/** The folder into which an Asterisk version is installed; its name changes with the recipe. */
export function prefixDir(version: Version): string {
  const stamp = createHash('sha256')
    .update(JSON.stringify([recipe, modulesOfVersion(version, setups)]))
    .digest('hex');
  return join(cacheDir(), `asterisk-${version}-${stamp.slice(0, 8)}`);
}

/** Debian's name of this machine's architecture in library paths (`x86_64-linux-gnu`). */
export function triplet(): string {
  if (process.arch === 'x64') return 'x86_64-linux-gnu';
  if (process.arch === 'arm64') return 'aarch64-linux-gnu';
  throw new Error(`the lab knows no Debian packages for ${process.arch}`);
}

/** An unpacked Asterisk: how it is started and where its parts are. */
export interface Prefix {
  /** The command and its first arguments, to be followed by Asterisk's own: the prefix's loader runs its binary. */
  readonly command: readonly [string, ...string[]];
  readonly loader: string;
  /** Value of the loader's `--library-path`. */
  readonly libraryPath: string;
  readonly binary: string;
  readonly moduleDir: string;
  /** XML documentation: Asterisk wants `documentation/` below its data folder. */
  readonly documentationDir: string;
  /** Debian's own configuration files. */
  readonly stockDir: string;
}

/** The parts of an Asterisk unpacked at `root`. */
export function prefixAt(root: string): Prefix {
  const lib = join(root, 'usr/lib', triplet());
  const loader = loaderOf(lib);
  const libraryPath = [lib, join(root, 'usr/lib')].join(':');
  const binary = join(root, 'usr/sbin/asterisk');
  const moduleDir = [join(lib, 'asterisk/modules'), join(root, 'usr/lib/asterisk/modules')].find(existsSync);
  if (moduleDir === undefined) throw new Error(`no Asterisk modules below ${root}`);
  return {
    command: [join(lib, loader), '--library-path', libraryPath, binary],
    loader: join(lib, loader),
    libraryPath,
    binary,
    moduleDir,
    documentationDir: join(root, 'usr/share/asterisk/documentation'),
    stockDir: join(root, 'etc/asterisk'),
  };
}

/** The name of the dynamic loader in an unpacked library folder. */
export function loaderOf(lib: string): string {
  const names = readdirSync(lib);
  // bullseye's ld-linux-*.so is an absolute symlink, which would lead out of the prefix.
  const name =
    names.find((entry) => /^ld-2\.\d+\.so$/.test(entry)) ?? names.find((entry) => /^ld-linux.*\.so\.\d$/.test(entry));
  if (name === undefined) throw new Error(`no loader in ${lib}`);
  return name;
}

/** The installed Asterisk of a version. Fails, and says what to run, when it is not there. */
export function installedPrefix(version: Version): Prefix {
  const root = prefixDir(version);
  if (!existsSync(root)) throw new Error(`Asterisk ${version} is not in ${root}: run "npm run lab:install"`);
  return prefixAt(root);
}
