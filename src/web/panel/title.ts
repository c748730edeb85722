import { t } from '../base/language.ts';
import { callers, calls, members } from '../base/live.ts';
import type { CallValue } from '../../live/things.ts';
import type { Thing } from './chosen.ts';
import { foundRecords, recordText } from './found-records.ts';
import { nameOf } from './presence.ts';

/** What a thing is called. */
export function titleOf({ kind, key }: Thing): string {
  switch (kind) {
    case 'extension':
      return `${key} ${isolated(nameOf(key))}`;
    case 'member': {
      const member = members.get(key);
      if (member === undefined) return t('panel.gone');
      const name = member.extension === '' ? member.name : member.extension;
      return `${isolated(name)} ${isolated(nameOf(member.extension))} · ${member.queue}`;
    }
    case 'queue':
      return `${t('panel.queue')} ${key}`;
    case 'caller': {
      const caller = callers.get(key);
      return caller === undefined ? t('panel.gone') : `${caller.number} ${isolated(caller.name)}`;
    }
    case 'call': {
      const call = calls.get(key);
      return call === undefined ? t('panel.gone') : wayOf(call).join(' → ');
    }
    case 'number':
      return key;
    case 'record': {
      const found = foundRecords.value.find(({ id }) => id === key);
      return found === undefined ? t('panel.gone') : recordText(found);
    }
  }
}

/** A name as a part of a text: one that is written from right to left moves nothing but itself (U+2068, U+2069). */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

/** Who called, what was dialled, and who came to it. */
export function wayOf({ legs, dialled }: CallValue): readonly string[] {
  const numbers = legs.map(({ extension, number }) => extension || number || '?');
  const [caller = '?', ...others] = numbers;
  return dialled === '' || others.includes(dialled) || dialled === caller
    ? [caller, ...others]
    : [caller, dialled, ...others];
}
