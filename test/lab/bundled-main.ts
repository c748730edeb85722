import { existsSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '../..');
const source = join(root, 'src/main.ts');

/** Where a run of several test files keeps the daemon's bundle. */
export const bundleVariable = 'COOCENTER_TEST_BUNDLE';

/**
 * The daemon's main module. A whole run bundles it once, as the package does: that starts in a fifth of the processor time
 * of the source, hundreds of times. A test file that is run by itself has the source.
 */
export async function bundledMain(): Promise<string> {
  const file = process.env[bundleVariable];
  if (file === undefined) return source;
  if (existsSync(file)) return file;
  const { bundle } = await import('../../packaging/build/bundle.ts');
  // Test files run at once: each makes its own, and whole ones take each other's place.
  const own = join(mkdtempSync(join(dirname(file), 'bundle-')), 'main.cjs');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  // So that it finds the pages that were built.
  await bundle(version, own, pathToFileURL(join(root, 'src/http/page-files.ts')).href);
  renameSync(own, file);
  return file;
}
