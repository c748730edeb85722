import { eventShapes, itemShapes } from '../../src/ami/known-shapes.ts';

/**
 * An event of these lines with all fields that Asterisk writes, in its order: those not named are empty, but for
 * the Uniqueid, which Asterisk never leaves empty. Lines of a
 * response, or of an event of another kind, come back as they are.
 */
export function whole(lines: readonly string[]): string {
  const given = new Map(lines.map((line) => [line.replace(/:.*/s, ''), line]));
  const name = given.get('Event')?.slice('Event: '.length) ?? '';
  const isItem = given.has('ActionID') && name !== 'OriginateResponse';
  const shape = (isItem ? itemShapes : eventShapes).get(name);
  if (shape === undefined) return `${lines.join('\r\n')}\r\n\r\n`;
  if (!isItem && !given.has('Privilege')) given.set('Privilege', 'Privilege: call,all');
  if (!isItem && shape.hasUniqueid && !given.has('Uniqueid')) given.set('Uniqueid', 'Uniqueid: 0.0');
  const fields = shape.names.filter((field, at) => given.has(field) || shape.optional[at] !== true);
  const others = [...given].filter(([field]) => !shape.knows(field)).map(([, line]) => line);
  return `${[...fields.map((field) => given.get(field) ?? `${field}: `), ...others].join('\r\n')}\r\n\r\n`;
}
