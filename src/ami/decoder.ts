import { AmiError } from './errors.ts';
import { equals, StringCache } from './strings.ts';
import { MessageView } from './view.ts';

const LF = 10;
const CR = 13;

const greeting = 'Asterisk Call Manager/';
const event = 'Event: ';
const variable = 'Variable: ';
const varSet = 'VarSet';
const actionId = Buffer.from('\nActionID:');
const blankCrLf = Buffer.from('\n\r\n');
const blankLf = Buffer.from('\n\n');

/** Bytes of one line; a value of Asterisk's own is shorter by far. */
const longestLine = 128 * 1024;
/** Bytes of one message: the reply to a Command is one message, whatever it prints. */
const longestMessage = 2 * 1024 * 1024;
const longestGreeting = 256;

/** What the decoder hands on, and to whom. */
export interface DecoderOptions {
  /** Names of the events that are handed on; the bytes of others are passed over. */
  readonly events: ReadonlySet<string>;
  /** Which VarSet events are handed on, by their `Variable`; asked only when `VarSet` is in `events`. */
  variables(name: string): boolean;
  /** The version behind `Asterisk Call Manager/`, once, before any message. */
  onGreeting(version: string): void;
  /** Must not throw. The view is valid until this returns; `keep` it to store it. */
  onMessage(message: MessageView): void;
}

/**
 * Bytes of one AMI connection → messages. Lines end in CR LF or LF, a message ends with an empty line, further empty
 * lines count for nothing. Holds the bytes of an unfinished message only.
 */
export class Decoder {
  /** While true, an event that is not in `events` is handed on if it has an ActionID: it may be an item of a list. */
  correlate = false;

  readonly #options: DecoderOptions;
  readonly #strings = new StringCache();
  readonly #view = new MessageView(this.#strings);
  #greeted = false;
  /** The unfinished message: `#store[0, #held)`. */
  #store = Buffer.alloc(0);
  #held = 0;
  /** Where the last line of the unfinished message starts. */
  #lastLine = 0;

  constructor(options: DecoderOptions) {
    this.#options = options;
  }

  /**
   * Takes the next bytes, of any length, cut anywhere; they may be reused after the call.
   * @throws AmiError `protocol`: no AMI greeting, or a line or message over its bound. The decoder is of no use then.
   */
  push(chunk: Buffer): void {
    let at = this.#greeted ? 0 : this.#greet(chunk);
    if (this.#held > 0 && this.#greeted) at = this.#finish(chunk, at);
    let crLf = chunk.indexOf(blankCrLf, at);
    let lf = chunk.indexOf(blankLf, at);
    while (at < chunk.length) {
      if (chunk[at] === CR || chunk[at] === LF) {
        at++;
        continue;
      }
      if (crLf >= 0 && crLf < at) crLf = chunk.indexOf(blankCrLf, at);
      if (lf >= 0 && lf < at) lf = chunk.indexOf(blankLf, at);
      if (crLf < 0 && lf < 0) break;
      const end = lf < 0 || (crLf >= 0 && crLf < lf) ? crLf + 3 : lf + 2;
      this.#deliver(chunk, at, end);
      at = end;
    }
    if (at < chunk.length) this.#hold(chunk, at, chunk.length);
  }

  /** Reads the greeting, the one line that no empty line follows; gives where the rest of the chunk starts. */
  #greet(chunk: Buffer): number {
    const lf = chunk.indexOf(LF);
    this.#hold(chunk, 0, lf < 0 ? chunk.length : lf + 1);
    const known = Math.min(greeting.length, this.#held);
    if (this.#held > longestGreeting || !equals(greeting.slice(0, known), this.#store, 0, known))
      throw new AmiError('protocol', 'what answers there is not an Asterisk manager interface');
    if (lf < 0) return chunk.length;
    const version = this.#store.toString('utf8', greeting.length, this.#held).trim();
    this.#drop();
    this.#greeted = true;
    this.#options.onGreeting(version);
    return lf + 1;
  }

  /** Completes the unfinished message from the start of the chunk, as far as it goes; gives where the rest starts. */
  #finish(chunk: Buffer, from: number): number {
    const end = this.#endIn(chunk, from);
    this.#hold(chunk, from, end < 0 ? chunk.length : end);
    if (end < 0) return chunk.length;
    this.#deliver(this.#store, 0, this.#held);
    this.#drop();
    return end;
  }

  /** Where in the chunk the unfinished message ends: its empty line may have begun in the bytes held. */
  #endIn(chunk: Buffer, from: number): number {
    const last = this.#store[this.#held - 1];
    if (last === LF || (last === CR && this.#store[this.#held - 2] === LF)) {
      if (chunk[from] === LF) return from + 1;
      if (last === LF && chunk[from] === CR && chunk[from + 1] === LF) return from + 2;
    }
    const crLf = chunk.indexOf(blankCrLf, from);
    const lf = chunk.subarray(0, crLf < 0 ? chunk.length : crLf).indexOf(blankLf, from);
    if (lf >= 0) return lf + 2;
    return crLf < 0 ? -1 : crLf + 3;
  }

  #hold(chunk: Buffer, from: number, to: number): void {
    const length = to - from;
    if (this.#held + length > longestMessage) throw new AmiError('protocol', 'a message is over 2 MB long');
    if (this.#held + length > this.#store.length) {
      const store = Buffer.allocUnsafeSlow(Math.max(4096, 2 ** Math.ceil(Math.log2(this.#held + length))));
      this.#store.copy(store, 0, 0, this.#held);
      this.#store = store;
    }
    chunk.copy(this.#store, this.#held, from, to);
    const lf = chunk.subarray(from, to).lastIndexOf(LF);
    if (lf >= 0) this.#lastLine = this.#held + lf + 1;
    this.#held += length;
    if (this.#held - this.#lastLine > longestLine) throw new AmiError('protocol', 'a line is over 128 KB long');
  }

  #drop(): void {
    this.#held = 0;
    this.#lastLine = 0;
    if (this.#store.length > longestLine) this.#store = Buffer.alloc(0);
  }

  #deliver(bytes: Buffer, start: number, end: number): void {
    let name: string | undefined;
    if (equals(event, bytes, start, start + event.length)) {
      name = this.#line(bytes, start + event.length, end);
      if (!this.#wanted(name, bytes, start, end)) return;
    }
    this.#options.onMessage(this.#view.show(bytes, start, end, name));
    this.#view.release();
  }

  #wanted(name: string, bytes: Buffer, start: number, end: number): boolean {
    if (this.#options.events.has(name))
      return name !== varSet || this.#options.variables(this.#variable(bytes, start, end));
    if (!this.correlate || name === varSet) return false;
    const id = bytes.indexOf(actionId, start);
    return id >= 0 && id < end;
  }

  /** The name of the variable of a VarSet, looked for from the end: it stands in the last line but one. */
  #variable(bytes: Buffer, start: number, end: number): string {
    let line = end;
    while (line > start) {
      line--;
      while (line > start && bytes[line - 1] !== LF) line--;
      const value = line + variable.length;
      if (value <= end && equals(variable, bytes, line, value)) return this.#line(bytes, value, end);
    }
    return '';
  }

  /** The text from here to the end of the line. */
  #line(bytes: Buffer, start: number, end: number): string {
    let stop = start;
    while (stop < end && bytes[stop] !== LF && bytes[stop] !== CR) stop++;
    return this.#strings.get(bytes, start, stop);
  }
}
