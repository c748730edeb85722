import type { EventShape } from './event-shape.ts';

/**
 * Which lines of an event are Asterisk's own when a caller's lines stand between them: field `fields[i]` of the shape is
 * on line `lines[i]`. `missing`: part of the event is not there. `unclear`: there is more than one way to read it.
 */
export type OwnLines =
  | { readonly kind: 'read'; readonly lines: number[]; readonly fields: number[] }
  | { readonly kind: 'missing' | 'unclear' };

/**
 * Finds the lines that Asterisk wrote among those that a caller added. A caller can add lines only after a field that
 * holds a caller's text, so all other lines of Asterisk's follow each other directly; the last line is Asterisk's too,
 * unless such a field ends the event. `names` are the field names of the lines, `''` for a line without one.
 */
export function findOwnLines(names: readonly string[], shape: EventShape): OwnLines {
  const { length } = names;
  const fields = shape.names.length;
  // ways[line * fields + field]: in how many ways the event can go on if this line is this field; 2 means two or more.
  const ways = new Uint8Array(length * fields);
  const next = new Int32Array(length * fields);
  for (let line = length - 1; line >= 0; line--) {
    for (let field = fields - 1; field >= 0; field--) {
      if (names[line] !== shape.names[field]) continue;
      const at = line * fields + field;
      let sum = !shape.needs(field + 1) && (line === length - 1 || shape.open[field] === true) ? 1 : 0;
      const last = shape.open[field] === true ? length - 1 : Math.min(line + 1, length - 1);
      for (let to = line + 1; to <= last && sum < 2; to++) {
        for (let then = field + 1; then < fields && sum < 2; then++) {
          const more = ways[to * fields + then] ?? 0;
          if (more > 0) {
            next[at] = to * fields + then;
            sum += more;
          }
          if (shape.optional[then] !== true) break;
        }
      }
      ways[at] = Math.min(sum, 2);
    }
  }
  const found = ways[0] ?? 0;
  if (found !== 1) return { kind: found === 0 ? 'missing' : 'unclear' };
  let end = 0;
  while ((next[end] ?? 0) !== 0) end = next[end] ?? 0;
  // Fields of this kind of event after its last one: these may be Asterisk's, and those before them the caller's.
  if (names.slice(Math.floor(end / fields) + 1).some((name) => shape.knows(name))) return { kind: 'unclear' };
  const lines: number[] = [];
  const chosen: number[] = [];
  for (let at = 0; ; at = next[at] ?? 0) {
    lines.push(Math.floor(at / fields));
    chosen.push(at % fields);
    if ((next[at] ?? 0) === 0) return { kind: 'read', lines, fields: chosen };
  }
}
