import type { AmiMessage } from '../ami/message.ts';
import { removeControls } from '../system/control-characters.ts';
import { known } from './channel-name.ts';

/** What ast_escape_c (main/utils.c) writes after a backslash; any other character stands for itself. */
const controls: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Undoes Asterisk's escaping. A backslash before any other character was not written by Asterisk, and stays. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\([abfnrtv\\'"?])/g, (_, letter: string) => controls[letter] ?? letter);
}

/**
 * Whether the manager interface escapes a field that is read here. It escapes names in every event and list item that
 * shows a channel (main/manager_channels.c, since 13.5), whatever the prefix of the field (`Dest`, `Transferee`), and
 * the value of a VarSet (main/stasis_channels.c). It does not escape numbers, contexts, dialplan steps, queue members,
 * or any field of Cdr, OriginateResponse and QueueEntry.
 */
function isEscaped(event: string, field: string): boolean {
  if (event === 'VarSet' && field === 'Value') return true;
  return /(?:CallerIDName|ConnectedLineName)$/.test(field) && !unescapedEvents.has(event);
}

const unescapedEvents: ReadonlySet<string> = new Set(['OriginateResponse', 'QueueEntry']);

/** The text of a field as it is inside Asterisk; it may hold control characters. */
export function textOf(message: AmiMessage, field: string): string {
  const text = message.get(field);
  return isEscaped(message.name, field) ? unescaped(text) : text;
}

/** The name in a field, without control characters; `''` where Asterisk says `<unknown>`. */
export function nameIn(message: AmiMessage, field: string): string {
  return known(removeControls(textOf(message, field)));
}
