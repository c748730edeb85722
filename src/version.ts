import { readFileSync } from 'node:fs';

/** What the build of the packages writes in place of this name; without a build there is none. */
declare const COOCENTER_VERSION: string | undefined;

/**
 * The version of the packages, with the commit that they were made of (`0.1.0+0123456789ab`); as source or built in a
 * clone, that of package.json, which lies above this file in both cases.
 */
export function version(): string {
  if (typeof COOCENTER_VERSION === 'string') return COOCENTER_VERSION;
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version: found } = JSON.parse(text) as { version: string };
  return found;
}
