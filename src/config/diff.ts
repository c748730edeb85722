import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config.ts';
import { sections, type Key } from './keys.ts';

/**
 * The keys that differ and take effect only after a restart, as `[section] key`; every other key can change while
 * calls go on (SIGHUP).
 */
export function restartKeys(before: Config, after: Config): string[] {
  const found: string[] = [];
  for (const section of ['general', 'enable', 'ami', 'asterisk', 'push'] as const) {
    const old: Readonly<Record<string, unknown>> = before[section];
    const now: Readonly<Record<string, unknown>> = after[section];
    for (const [property, key] of Object.entries<Key<unknown>>(sections[section])) {
      if (key.restart && !isDeepStrictEqual(old[property], now[property])) found.push(`[${section}] ${key.name}`);
    }
  }
  // A reload renews a certificate; whether HTTPS is served is decided at the start.
  if ((before.general.tlsCert === '') !== (after.general.tlsCert === '')) found.push('[general] TLSCERT');
  return found;
}
