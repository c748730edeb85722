import type { AmiMessage } from '../ami/message.ts';
import { removeControls } from '../system/control-characters.ts';
import { known } from './channel-name.ts';

/** What ast_escape_c (main/utils.c) writes behind a backslash; the others stand for themselves. */
const controls: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** A text as it was before Asterisk escaped it. A backslash before anything else was never written by Asterisk, and stays. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\([abfnrtv\\'"?])/g, (_, letter: string) => controls[letter] ?? letter);
}

/**
 * Whether the manager interface escapes a field, of what is read here. It is the names in every event and list item that
 * shows a channel (main/manager_channels.c, since 13.5), whatever stands before the field's name (`Dest`, `Transferee`), and
 * the value of a VarSet (main/stasis_channels.c). Numbers, contexts, steps of the dialplan, members of queues, and all
 * of Cdr, OriginateResponse and QueueEntry are as they are.
 */
function isEscaped(event: string, field: string): boolean {
  if (event === 'VarSet' && field === 'Value') return true;
  return /(?:CallerIDName|ConnectedLineName)$/.test(field) && !asTheyAre.has(event);
}

const asTheyAre: ReadonlySet<string> = new Set(['OriginateResponse', 'QueueEntry']);

/** The text of a field as Asterisk has it itself; it may hold control characters. */
export function textOf(message: AmiMessage, field: string): string {
  const text = message.get(field);
  return isEscaped(message.name, field) ? unescaped(text) : text;
}

/** The name in a field, without control characters; `''` where Asterisk says `<unknown>`. */
export function nameIn(message: AmiMessage, field: string): string {
  return known(removeControls(textOf(message, field)));
}
