import { t } from '../base/language.ts';
import { callers, calls, members } from '../base/live.ts';
import type { CallValue } from '../../live/things.ts';
import type { Thing } from './chosen.ts';
import { nameOf } from './presence.ts';

/** What a thing is called. */
export function titleOf({ kind, key }: Thing): string {
  switch (kind) {
    case 'extension':
      return `${key} ${nameOf(key)}`;
    case 'member': {
      const member = members.get(key);
      if (member === undefined) return t('panel.gone');
      const name = member.extension === '' ? member.name : member.extension;
      return `${name} ${nameOf(member.extension)} · ${member.queue}`;
    }
    case 'queue':
      return `${t('panel.queue')} ${key}`;
    case 'caller': {
      const caller = callers.get(key);
      return caller === undefined ? t('panel.gone') : `${caller.number} ${caller.name}`;
    }
    case 'call': {
      const call = calls.get(key);
      return call === undefined ? t('panel.gone') : wayOf(call).join(' → ');
    }
    case 'number':
      return key;
  }
}

/** Who called, what was dialled, and who came to it. */
export function wayOf({ legs, dialled }: CallValue): readonly string[] {
  const numbers = legs.map(({ extension, number }) => extension || number || '?');
  const [caller = '?', ...others] = numbers;
  return dialled === '' || others.includes(dialled) || dialled === caller
    ? [caller, ...others]
    : [caller, dialled, ...others];
}
