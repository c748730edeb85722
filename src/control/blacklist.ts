import { requireSuccess } from '../ami/require-success.ts';
import type { ControlDeps } from './deps.ts';

/** The AstDB family that the dialplan reads: `DB_EXISTS(blacklist/${CALLERID(num)})`. */
const family = 'blacklist';

/** Contract §4.12: every blocked number. */
export async function blacklistIndex({ ami }: Pick<ControlDeps, 'ami'>): Promise<string[]> {
  const { items } = await ami.list('DBGetTree', { Family: family });
  const keys = items.map((item) => item.get('Key').slice(`/${family}/`.length));
  // FreePBX and Issabel keep a flag (`blocked`) in the same family.
  return keys.filter((key) => /^[0-9+*#]+$/.test(key));
}

/** Contract §4.13. Blocking a number twice changes nothing. Resolves with Asterisk's text. */
export async function blacklistCreate({ ami }: Pick<ControlDeps, 'ami'>, number: string): Promise<string> {
  return requireSuccess(await ami.action('DBPut', { Family: family, Key: number, Val: '1' }));
}

/** Contract §4.13. `not-found`, in Asterisk's words, if the number is not blocked. */
export async function blacklistDelete({ ami }: Pick<ControlDeps, 'ami'>, number: string): Promise<string> {
  return requireSuccess(await ami.action('DBDel', { Family: family, Key: number }));
}
