import { readFileSync } from 'node:fs';

/** Replaced by the build of the packages; not defined when run from source. */
declare const COOCENTER_VERSION: string | undefined;

/**
 * The version: in a package with the commit it was built from (`0.1.0+0123456789ab`), else that of package.json, which lies
 * above both `src/` and the folder of the build.
 */
export function version(): string {
  if (typeof COOCENTER_VERSION === 'string') return COOCENTER_VERSION;
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version: found } = JSON.parse(text) as { version: string };
  return found;
}
