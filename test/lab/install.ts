/**
 * `node test/lab/install.ts`: gets the lab's Asterisks, the PHP and Python that run the documentation's code, and a
 * Chromium, from Debian packages, without root, into a cache outside the clone, and checks for the commands that tests
 * run; with a version (`22`), that Asterisk alone. Does nothing when all is there.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { download } from './apt.ts';
import { installChromium, isChromiumInstalled } from './chromium.ts';
import { areInterpretersInstalled, installInterpreters } from './interpreters.ts';
import { modulesOfVersion } from './modules.ts';
import { installPromtool, isPromtoolInstalled } from './promtool.ts';
import type { Prefix } from './prefix.ts';
import { cacheDir, packages, prefixAt, prefixDir, suites } from './prefix.ts';
import type { Version } from './setup.ts';
import { run } from './run.ts';
import { setups } from './setup.ts';
import { unpack } from './unpack.ts';

/** Commands that tests run, and the Debian package of each. */
const commands = { curl: 'curl', openssl: 'openssl' } as const;

const versions: readonly Version[] = ['16', '22'];

function onPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((dir) => existsSync(join(dir, command)));
}

function installCommands(): void {
  const missing = Object.entries(commands).flatMap(([command, name]) => (onPath(command) ? [] : [name]));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0)
    throw new Error(`tests need ${missing.join(' and ')}: apt-get install ${missing.join(' ')}`);
  console.log(`installing ${missing.join(' ')}`);
  run('apt-get', ['-qq', 'update']);
  run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...missing]);
}

/** The files that an Asterisk with these modules needs to run: itself, the modules, their libraries. */
function needed(prefix: Prefix, modules: readonly string[]): string[] {
  const binaries = [prefix.binary, ...modules.map((name) => join(prefix.moduleDir, `${name}.so`))];
  const libraries = new Set<string>();
  for (const binary of binaries) {
    const list = run(prefix.loader, ['--library-path', prefix.libraryPath, '--list', binary]);
    if (list.includes('not found')) throw new Error(`libraries are missing for ${binary}:\n${list}`);
    for (const [, path] of list.matchAll(/=> (\/\S+)/g)) libraries.add(path ?? '');
  }
  const libraryDir = dirname(prefix.loader);
  const names = readdirSync(libraryDir).filter((name) => name.startsWith('libnss_files'));
  return [...binaries, ...libraries, prefix.loader, ...names.map((name) => join(libraryDir, name))];
}

/** Whether the folder has every package: one from before a package was added is downloaded anew. */
function isDownloaded(version: Version, debs: string): boolean {
  if (!existsSync(debs)) return false;
  const files = readdirSync(debs);
  return packages[version].every((name) => files.some((file) => file.startsWith(`${name}_`)));
}

function install(version: Version): void {
  const target = prefixDir(version);
  if (existsSync(target)) return;
  const started = Date.now();
  const debs = join(cacheDir(), `debs-${suites[version]}`);
  if (!isDownloaded(version, debs)) {
    console.log(`downloading Asterisk ${version} (Debian ${suites[version]})`);
    download(suites[version], packages[version], debs);
  }
  const full = `${target}.full`;
  const slim = `${target}.slim`;
  for (const dir of [full, slim]) rmSync(dir, { recursive: true, force: true });
  unpack(debs, full);
  const unpacked = prefixAt(full);
  for (const file of needed(unpacked, modulesOfVersion(version, setups))) {
    const copy = join(slim, relative(full, file));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
  }
  for (const dir of [unpacked.documentationDir, unpacked.stockDir]) {
    cpSync(dir, join(slim, relative(full, dir)), { recursive: true, dereference: true });
  }
  const [command, ...args] = prefixAt(slim).command;
  const banner = run(command, [...args, '-V']).trim();
  renameSync(slim, target);
  rmSync(full, { recursive: true, force: true });
  console.log(`${banner} installed in ${target} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

const areToolsInstalled = (): boolean => areInterpretersInstalled() && isChromiumInstalled() && isPromtoolInstalled();

function installTools(): void {
  installInterpreters();
  installChromium();
  installPromtool();
}

function main(args: readonly string[]): void {
  const named = versions.filter((version) => args.includes(version));
  if (named.length === 0) installCommands();
  const wanted = named.length === 0 ? versions : named;
  const wantsTools = named.length === 0;
  const isThere = wanted.every((version) => existsSync(prefixDir(version)));
  if (isThere && (!wantsTools || areToolsInstalled())) return;
  mkdirSync(cacheDir(), { recursive: true });
  if (args.includes('--locked')) {
    wanted.forEach(install);
    if (wantsTools) installTools();
    return;
  }
  // One installation at a time on this cache; the lock goes with the process, however it ends.
  const self = [process.execPath, import.meta.filename, '--locked', ...named];
  const locked = spawnSync('flock', [join(cacheDir(), 'lock'), ...self], { stdio: 'inherit' });
  if (locked.error !== undefined) throw new Error(`flock: ${locked.error.message}`);
  process.exitCode = locked.status ?? 1;
}

try {
  main(process.argv.slice(2));
} catch (cause) {
  console.error(`lab:install: ${cause instanceof Error ? cause.message : String(cause)}`);
  process.exitCode = 1;
}
