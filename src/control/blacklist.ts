import { requireSuccess } from '../ami/require-success.ts';
import { Refusal } from '../system/refusal.ts';
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

/**
 * Contract §4.13: blocks a number, in each of its forms. Blocking it twice changes nothing. Resolves with Asterisk's text.
 */
export async function blacklistCreate({ ami }: Pick<ControlDeps, 'ami'>, forms: readonly string[]): Promise<string> {
  let text = '';
  for (const Key of forms) text = requireSuccess(await ami.action('DBPut', { Family: family, Key, Val: '1' }));
  return text;
}

/** Contract §4.13. `not-found`, in Asterisk's words, if the number is blocked in none of its forms. */
export async function blacklistDelete({ ami }: Pick<ControlDeps, 'ami'>, forms: readonly string[]): Promise<string> {
  let text: string | undefined;
  let refusal: Refusal | undefined;
  for (const Key of forms) {
    try {
      text = requireSuccess(await ami.action('DBDel', { Family: family, Key }));
    } catch (cause) {
      if (!(cause instanceof Refusal) || cause.kind !== 'not-found') throw cause;
      refusal = cause;
    }
  }
  if (text === undefined && refusal !== undefined) throw refusal;
  return text ?? '';
}
