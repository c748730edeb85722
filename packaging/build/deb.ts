/** `npm run deb`: the Debian packages for amd64 and arm64, as `build/coocenter-api_<version>_<arch>.deb`. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { archs, type Arch } from './arch.ts';
import { conffiles, control, script } from './control.ts';
import { buildBinaries } from './package.ts';
import { revision, type Revision } from './revision.ts';
import { buildDir, run, tell } from './run.ts';
import { layOut, settle } from './tree.ts';

/** Of xz: 1 MB more than at its usual 6, in three quarters of the time. */
const level = 4;

/** What may be asked of a build besides what it is for. */
export interface DebOptions {
  /** As in package.json, unless a test wants a later one. */
  readonly revision?: Revision;
  /** Of the .deb; tests that only install do without. */
  readonly compression?: 'xz' | 'none';
}

/** Makes the package of an architecture in `dir` out of its executable, and returns its path. */
export async function buildDeb(
  arch: Arch,
  binary: string,
  dir: string,
  help: string,
  options: DebOptions = {},
): Promise<string> {
  const { revision: wanted = revision(), compression = 'xz' } = options;
  const tree = join(dir, `tree-${arch.debian}`);
  layOut(tree, binary, help, wanted);
  const size = settle(tree, wanted.epoch);
  const sums = filesBelow(tree).map((file) => {
    const sum = createHash('md5')
      .update(readFileSync(join(tree, file)))
      .digest('hex');
    return `${sum}  ${file}\n`;
  });
  const put = (name: string, text: string, mode = 0o644): void => {
    writeFileSync(join(tree, 'DEBIAN', name), text, { mode });
  };
  mkdirSync(join(tree, 'DEBIAN'));
  put('control', control(arch, wanted, size));
  put('conffiles', `${conffiles.join('\n')}\n`);
  put('md5sums', sums.filter((line) => !conffiles.some((file) => line.endsWith(`  ${file.slice(1)}\n`))).join(''));
  put('triggers', script('triggers'));
  for (const name of ['preinst', 'postinst', 'prerm', 'postrm']) put(name, script(name), 0o755);
  settle(tree, wanted.epoch);

  const file = join(dir, `coocenter-api_${wanted.version}_${arch.debian}.deb`);
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(wanted.epoch) };
  const child = spawn('dpkg-deb', ['--root-owner-group', `-Z${compression}`, `-z${level}`, '--build', tree, file], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`dpkg-deb ended with ${code ?? 'a signal'}`);
  return file;
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .sort();
}

/** What `--help` of the executable for this machine prints. */
export function helpOf(binary: string): string {
  return run(binary, ['--help']);
}

/** Builds executables and packages into `dir`; the packages' paths. */
export async function buildDebs(dir: string): Promise<string[]> {
  const binaries = await buildBinaries(dir);
  const started = Date.now();
  const help = helpOf(binaries[process.arch === 'arm64' ? 'arm64' : 'x64']);
  const files = await Promise.all(archs.map((arch) => buildDeb(arch, binaries[arch.node], dir, help)));
  for (const file of files) tell(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
  tell('packages built', started);
  return files;
}

if (import.meta.main) await buildDebs(resolve(process.argv[2] ?? buildDir));
