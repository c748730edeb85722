import { type AnyActionName, isAllowed, readableFiles } from './actions.ts';
import { AmiError } from './errors.ts';

/** Fields of an action, in order; a field with several values (`Variable`) becomes several lines. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** Bytes of a line with its CR LF: Asterisk refuses longer ones (`inbuf` of main/manager.c). */
const longestLine = 1024;
/** Lines of an action, the empty one not counted: Asterisk refuses more (AST_MAX_MANHEADERS). */
const mostLines = 128;

const fieldName = /^[A-Za-z][A-Za-z0-9-]*$/;
const breaksLine = /[\r\n\0]/;

/**
 * An action as Asterisk reads it.
 * @throws AmiError `refused-action`, `refused-value`; its text names the field, never the value (it may be a secret).
 */
export function encode(name: AnyActionName, actionId: string, fields: Fields = {}): string {
  if (!isAllowed(name)) throw new AmiError('refused-action', `the action ${JSON.stringify(name)} is not allowed`);
  // A synchronous Originate holds up every other action of the connection until the phone is answered.
  if (name === 'Originate' && fields['Async'] !== 'true')
    throw new AmiError('refused-action', 'Originate is allowed with Async: true only');
  if (name === 'GetConfig' && !(isOf(readableFiles, fields['Filename']) && (fields['Category'] ?? '') !== ''))
    throw new AmiError('refused-action', 'GetConfig is allowed for one section of a few files only');
  const lines = [line('Action', name), line('ActionID', actionId)];
  for (const [field, value] of Object.entries(fields)) {
    if (/^action(id)?$/i.test(field)) throw new AmiError('refused-value', `${field} is not a field to be given`);
    for (const one of typeof value === 'string' ? [value] : value) lines.push(line(field, one));
  }
  if (lines.length > mostLines)
    throw new AmiError('refused-value', `${name} has ${lines.length} lines, Asterisk takes ${mostLines}`);
  return `${lines.join('')}\r\n`;
}

function isOf(set: ReadonlySet<string>, value: string | readonly string[] | undefined): boolean {
  return typeof value === 'string' && set.has(value);
}

function line(field: string, value: string): string {
  if (!fieldName.test(field)) throw new AmiError('refused-value', `${JSON.stringify(field)} is no field name`);
  if (breaksLine.test(value)) throw new AmiError('refused-value', `${field} holds a CR, LF or NUL`);
  const text = `${field}: ${value}\r\n`;
  if (Buffer.byteLength(text) > longestLine)
    throw new AmiError('refused-value', `${field} is too long: Asterisk takes lines of ${longestLine} bytes`);
  return text;
}
