import { readFileSync } from 'node:fs';

/** The version in package.json, which lies above this file whether it runs as source or built. */
export function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version: found } = JSON.parse(text) as { version: string };
  return found;
}
