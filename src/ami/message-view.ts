import { MessageCopy } from './message-copy.ts';
import type { AmiMessage } from './message.ts';
import { isCallersText, type EventShape } from './event-shape.ts';
import { equals, type StringCache } from './string-cache.ts';

const LF = 10;
const CR = 13;
const SPACE = 32;
const COLON = 58;

/** Three numbers per line: where its name starts, where its colon is, where its value ends. */
const perLine = 3;
const usualLines = 128;
const empty = Buffer.alloc(0);

/**
 * A message as a window on received bytes. Its lines are found when the first field is asked for, and a value becomes a
 * string only when it is read. The decoder uses one view for all messages; `copy` gives one that may be stored.
 */
export class MessageView implements AmiMessage {
  readonly #strings: StringCache;
  #bytes: Buffer = empty;
  #start = 0;
  #end = 0;
  #lines = new Int32Array(usualLines * perLine);
  /** How many numbers of `#lines` are in use; -1: the lines are not found yet. */
  #used = 0;
  #live = false;
  #name: string | undefined;

  constructor(strings: StringCache) {
    this.#strings = strings;
  }

  /** Shows `bytes[start, end)`; `name` when the caller already read it behind `Event: `. */
  show(bytes: Buffer, start: number, end: number, name?: string): this {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#used = -1;
    this.#name = name;
    this.#live = true;
    return this;
  }

  /**
   * Whether the fields are those of the shape, in its order: then none of the lines is a caller's. Fields that the shape
   * does not know (later versions of Asterisk add some), and another order, are allowed where the line before holds no
   * caller's text.
   */
  fits(shape: EventShape): boolean {
    this.#check();
    const { names, optional, open } = shape;
    const count = names.length;
    const bytes = this.#bytes;
    const stop = this.#end - 2;
    let field = 0;
    let used = 0;
    let isOpen = false;
    for (let line = this.#start; line < stop;) {
      let at = field;
      let colon = -1;
      for (; at < count; at++) {
        colon = afterName(names[at] ?? '', bytes, line);
        if (colon >= 0 || optional[at] !== true) break;
      }
      if (colon >= 0) {
        field = at + 1;
        isOpen = open[at] === true;
      } else {
        colon = line;
        while (colon < stop && bytes[colon] !== COLON && bytes[colon] !== CR) colon++;
        if (bytes[colon] !== COLON) return false;
        const name = this.#strings.get(bytes, line, colon);
        // A caller wrote this line, or it is the rest of an event that a caller cut: no version adds such a field.
        if ((isOpen && shape.needs(field)) || (!shape.knows(name) && isCallersText(name))) return false;
        if (shape.knows(name)) return !isOpen && this.#fitsLoosely(shape);
        isOpen = false;
      }
      const end = this.#lineEnd(colon);
      used = this.#note(used, line, colon, end);
      line = end + 2;
    }
    this.#used = used;
    return !shape.needs(field);
  }

  /** As `fits`, in any order. Each field may still come only once, and only the next one after a caller's text. */
  #fitsLoosely(shape: EventShape): boolean {
    this.#index();
    const seen = new Set<number>();
    let before = -1;
    for (let at = 0; at < this.#used; at += perLine) {
      const name = this.#strings.get(this.#bytes, this.#lines[at] ?? 0, this.#lines[at + 1] ?? 0);
      const field = shape.names.indexOf(name);
      if (
        seen.has(field) ||
        (field < 0 && isCallersText(name)) ||
        (shape.open[before] === true && field !== before + 1)
      )
        return false;
      before = field;
      if (field >= 0) seen.add(field);
    }
    return shape.names.every((_, field) => seen.has(field) || shape.optional[field] === true);
  }

  /** Leaves only these lines, three numbers each: where the name starts, the colon is, and the line ends. */
  narrow(lines: Int32Array<ArrayBuffer>): this {
    this.#lines = lines;
    this.#used = lines.length;
    return this;
  }

  /** Ends the message: reading it later throws instead of giving the values of another one. */
  release(): void {
    this.#live = false;
    this.#bytes = empty;
    if (this.#lines.length !== usualLines * perLine) this.#lines = new Int32Array(usualLines * perLine);
  }

  /** A copy that owns its text. */
  copy(): AmiMessage {
    this.#check();
    if (this.#used < 0) this.#index();
    const fields = [];
    for (let at = 0; at < this.#used; at += perLine) {
      fields.push(this.#strings.get(this.#bytes, this.#lines[at] ?? 0, this.#lines[at + 1] ?? 0));
      fields.push(this.#value(at));
    }
    return new MessageCopy(fields);
  }

  /** Bytes on the wire. */
  get size(): number {
    return this.#end - this.#start;
  }

  get type(): 'event' | 'response' {
    this.#check();
    return this.#name !== undefined || this.#find('Event') >= 0 ? 'event' : 'response';
  }

  get name(): string {
    this.#check();
    return this.#name ?? this.get(this.type === 'event' ? 'Event' : 'Response');
  }

  get(field: string): string {
    const at = this.#find(field);
    return at < 0 ? '' : this.#value(at);
  }

  #check(): void {
    if (!this.#live) throw new Error('an AMI message was read after its handler had returned (copy what is kept)');
  }

  #find(field: string): number {
    this.#check();
    if (this.#used < 0) this.#index();
    const lines = this.#lines;
    for (let at = 0; at < this.#used; at += perLine)
      if (equals(field, this.#bytes, lines[at] ?? 0, lines[at + 1] ?? 0)) return at;
    return -1;
  }

  #value(at: number): string {
    const colon = this.#lines[at + 1] ?? 0;
    const start = this.#bytes[colon + 1] === SPACE ? colon + 2 : colon + 1;
    return this.#strings.get(this.#bytes, start, this.#lines[at + 2] ?? 0);
  }

  /** Notes every line that has a colon; other lines hold no field. */
  #index(): void {
    const bytes = this.#bytes;
    const end = this.#end;
    let used = 0;
    for (let line = this.#start; line < end;) {
      let colon = line;
      while (colon < end && bytes[colon] !== COLON && bytes[colon] !== CR) colon++;
      const stop = this.#lineEnd(colon);
      if (bytes[colon] === COLON && colon < stop) used = this.#note(used, line, colon, stop);
      line = stop + 2;
    }
    this.#used = used;
  }

  /** Where the line that `at` is on ends; only CR LF ends a line. */
  #lineEnd(at: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let stop = at;
    while (stop < end && !(bytes[stop] === CR && bytes[stop + 1] === LF)) stop++;
    return stop;
  }

  #note(used: number, line: number, colon: number, stop: number): number {
    if (used === this.#lines.length) this.#grow();
    this.#lines[used] = line;
    this.#lines[used + 1] = colon;
    this.#lines[used + 2] = stop;
    return used + perLine;
  }

  #grow(): void {
    const lines = new Int32Array(this.#lines.length * 2);
    lines.set(this.#lines);
    this.#lines = lines;
  }
}

/** Where the colon is if the line at `line` begins with this name and a colon; otherwise -1. */
function afterName(name: string, bytes: Buffer, line: number): number {
  const colon = line + name.length;
  if (bytes[colon] !== COLON) return -1;
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) !== bytes[line + i]) return -1;
  return colon;
}
