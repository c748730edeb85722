import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { download } from './apt.ts';
import { cacheDir, loaderOf, triplet } from './prefix.ts';
import { run } from './run.ts';
import { unpack } from './unpack.ts';

/** How an installed Chromium is started. */
export interface Chromium {
  readonly executable: string;
  /** Arguments that it needs here. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A Debian release, and its package that has a Chromium without a screen. */
const suite = 'bookworm';
const name = 'chromium-headless-shell';
/** Fonts with what the pages may have to show and Chromium's own have not: Chinese, and what callers put into names. */
const fonts = ['fonts-wqy-microhei', 'fonts-noto-color-emoji'];

/** Counted up when the recipe changes: older installations are then made anew. */
const recipe = 2;

const root = (): string => join(cacheDir(), `chromium-${suite}-${recipe}`);

export const isChromiumInstalled = (): boolean => existsSync(root());

/** Libraries that it loads by name while it runs: its keys and certificates, and its renderer without a GPU. */
const loadedLater = /^lib(?:softokn3|freebl3|freeblpriv3|nssckbi|nssdbm3)\.so$/;
const unused = /^libVk|^chrome_crashpad|\.TOC$|^locales$/;

/** Downloads and unpacks it, without root; does nothing when it is there. */
export function installChromium(): void {
  if (isChromiumInstalled()) return;
  const started = Date.now();
  console.log(`downloading Chromium (Debian ${suite})`);
  const debs = `${root()}.debs`;
  const full = `${root()}.full`;
  const slim = `${root()}.slim`;
  for (const dir of [full, slim]) rmSync(dir, { recursive: true, force: true });
  download(suite, [name, ...fonts], debs);
  unpack(debs, full);
  const app = join(full, 'usr/lib/chromium');
  const lib = join(full, 'usr/lib', triplet());
  const loader = join(lib, loaderOf(lib));
  // PulseAudio's own folder, which its library is built to look into on a machine that has it installed.
  const list = run(loader, ['--library-path', `${lib}:${join(lib, 'pulseaudio')}`, '--list', join(app, name)]);
  if (list.includes('not found')) throw new Error(`libraries are missing for Chromium:\n${list}`);
  const libraries = [...list.matchAll(/=> (\/\S+)/g)].map(([, path]) => path ?? '');
  const byName = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) =>
    loadedLater.test(basename(file)),
  );
  mkdirSync(join(slim, 'lib'), { recursive: true });
  for (const file of [...libraries, ...byName.map((path) => join(lib, path))]) {
    copyFileSync(file, join(slim, 'lib', basename(file)));
  }
  cpSync(app, join(slim, 'app'), { recursive: true, filter: (file) => !unused.test(basename(file)) });
  // Beside Chromium's data: it looks for them beside what runs, and that is the loader.
  copyFileSync(loader, join(slim, 'app/loader'));
  cpSync(join(full, 'usr/share/fonts'), join(slim, 'fonts'), { recursive: true });
  writeStarter(slim);
  for (const dir of [debs, full]) rmSync(dir, { recursive: true });
  renameSync(slim, root());
  console.log(`Chromium installed in ${root()} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

/** Debian's own loader and libraries run it, so that it needs nothing of the machine. */
function writeStarter(dir: string): void {
  const starter = join(dir, 'chromium');
  const exec = `exec "$dir/app/loader" --library-path "$dir/lib" "$dir/app/${name}" "$@"`;
  writeFileSync(starter, `#!/bin/sh\ndir=\${0%/*}\n${exec}\n`);
  chmodSync(starter, 0o755);
  const fonts = '<dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir>';
  writeFileSync(join(dir, 'fonts.conf'), `<?xml version="1.0"?>\n<fontconfig>${fonts}</fontconfig>\n`);
}

/** The installed Chromium. Fails, and says what to run, when it is not there. */
export function installedChromium(): Chromium {
  if (!isChromiumInstalled()) throw new Error(`Chromium is not in ${root()}: run "npm run lab:install"`);
  const executable = join(root(), 'chromium');
  return {
    executable,
    // Its own processes are started in the same way. Its sandbox needs rights that a container does not give.
    args: ['--no-sandbox', '--no-zygote', `--browser-subprocess-path=${executable}`, '--disable-gpu'],
    env: { FONTCONFIG_FILE: join(root(), 'fonts.conf') },
  };
}
