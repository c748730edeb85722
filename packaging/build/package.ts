/** `npm run package`: the executables for x64 and arm64, as `build/coocenter-api-<arch>`. */
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { archs } from './arch.ts';
import { binaries } from './binary.ts';
import { bundle } from './bundle.ts';
import { flags } from './flags.ts';
import { assetsIn, buildPages } from './pages.ts';
import { revision } from './revision.ts';
import { buildDir, tell } from './run.ts';
import { need } from './tools.ts';

/** Builds them into `dir` (default: `build/`) and returns their paths by Node's name of the architecture. */
export async function buildBinaries(dir = buildDir): Promise<Readonly<Record<'x64' | 'arm64', string>>> {
  const started = Date.now();
  need({
    strip: 'binutils',
    ...(process.arch === 'arm64'
      ? { 'x86_64-linux-gnu-strip': 'binutils-x86-64-linux-gnu' }
      : { 'aarch64-linux-gnu-strip': 'binutils-aarch64-linux-gnu' }),
  });
  mkdirSync(dir, { recursive: true });
  const { full } = revision();
  const main = join(dir, 'coocenter-api.cjs');
  await bundle(full, main);
  const pages = join(dir, 'pages');
  await buildPages(pages);
  await binaries(main, archs, flags, assetsIn(pages));
  const path = (arch: string): string => join(dir, `coocenter-api-${arch}`);
  for (const { node } of archs) {
    chmodSync(path(node), 0o755);
    tell(`${path(node)}: ${full}, ${(statSync(path(node)).size / 2 ** 20).toFixed(1)} MiB`);
  }
  tell('executables built', started);
  return { x64: path('x64'), arm64: path('arm64') };
}

if (import.meta.main) await buildBinaries(resolve(process.argv[2] ?? buildDir));
