import { AmiError } from './errors.ts';
import type { EventShape } from './event-shape.ts';
import { eventShapes, itemShapes, stampedShapes } from './known-shapes.ts';
import { equals, StringCache } from './string-cache.ts';
import { beginsMessage, blank, isCut, untangle } from './untangle.ts';
import { MessageView } from './message-view.ts';

const LF = 10;
const CR = 13;

const greeting = 'Asterisk Call Manager/';
const event = 'Event: ';
const variable = 'Variable: ';
const varSet = 'VarSet';
const response = 'Response: ';
const privilege = 'Privilege: ';
const actionId = Buffer.from('\r\nActionID:');
const channel = Buffer.from('Channel: ');

/** Bytes of one line; Asterisk's own values are far shorter. */
const longestLine = 128 * 1024;
/** Bytes of one message: the reply to a Command is one message, whatever it prints. */
const longestMessage = 2 * 1024 * 1024;
const longestGreeting = 256;

/** Seconds since 1970, as Asterisk writes a Timestamp. */
const moment = /^\d+\.\d+$/;

/** After this many events in a row without a Timestamp, `timestampevents` was switched off; a caller makes only one. */
const mostUnstamped = 5;

/** Asterisk's lines had others among them: a caller's number or name had line ends in it. */
export interface Forgery {
  /** The event that had them; `''` when it is not known. */
  readonly event: string;
  /** The first channel of that event, likewise. */
  readonly channel: string;
  /** Whether the event itself could still be read. */
  readonly isRead: boolean;
}

/** What the decoder hands on, and where. */
export interface DecoderOptions {
  /** Names of the events that are handed on; the others are skipped. */
  readonly events: ReadonlySet<string>;
  /** Which VarSet events are handed on, by their `Variable`; asked only when `VarSet` is in `events`. */
  variables(name: string): boolean;
  /** The version behind `Asterisk Call Manager/`, once, before any message. */
  onGreeting(version: string): void;
  /** Must not throw. The view is valid until this returns; store a `copy`. */
  onMessage(message: MessageView): void;
  /** Must not throw. The forged lines themselves are not handed on. */
  onForged(forgery: Forgery): void;
}

/**
 * Bytes of one AMI connection → messages. Lines end in CR LF, and a message ends with an empty line; further empty lines
 * are ignored. An event is handed on only if it is as Asterisk writes it and a message begins after it: Asterisk writes a
 * caller's number or name unchanged, line ends included. Holds only the bytes of an unfinished message.
 */
export class Decoder {
  /** While true, an event that is not in `events` is handed on if it has an ActionID, as items of lists have. */
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
  /** More than one message is held: an event with a caller's lines in it, whose end is still to come. */
  #isTorn = false;
  /** Whether events have a Timestamp (`timestampevents` of manager.conf), and how many had none since the last that had. */
  #isStamped = false;
  #unstamped = 0;

  constructor(options: DecoderOptions) {
    this.#options = options;
  }

  /**
   * Takes the next bytes, of any length, cut anywhere; they may be reused after the call.
   * @throws AmiError `protocol`: no AMI greeting, or a line or message over its limit. The decoder cannot go on then.
   */
  push(chunk: Buffer): void {
    let at = this.#greeted ? 0 : this.#greet(chunk);
    if (this.#held > 0 && this.#greeted) at = this.#finish(chunk, at);
    this.#walk(chunk, at);
  }

  #walk(chunk: Buffer, from: number): void {
    let at = from;
    while (at < chunk.length) {
      if (chunk[at] === CR || chunk[at] === LF) {
        at++;
        continue;
      }
      const found = chunk.indexOf(blank, at);
      if (found < 0) break;
      const end = found + blank.length;
      const next = this.#deliver(chunk, at, end, chunk, end) ? end : this.#untangle(chunk, at, end);
      if (next === undefined) {
        this.#isTorn = true;
        break;
      }
      at = next;
    }
    if (at < chunk.length) this.#hold(chunk, at, chunk.length);
  }

  /** Reads the greeting, the one line without an empty line after it; returns where the rest of the chunk starts. */
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
    const end = this.#isTorn ? from : this.#endIn(chunk, from);
    if (end >= 0 && !this.#isTorn) {
      this.#hold(chunk, from, end);
      if (this.#deliver(this.#store, 0, this.#held, chunk, end)) {
        this.#drop();
        return end;
      }
    }
    if (end < 0) {
      this.#hold(chunk, from, chunk.length);
      return chunk.length;
    }
    const all = Buffer.concat([this.#store.subarray(0, this.#held), chunk.subarray(end)]);
    this.#drop();
    this.#walk(all, 0);
    return chunk.length;
  }

  /** Where in the chunk the unfinished message ends: its empty line may have begun in the bytes held. */
  #endIn(chunk: Buffer, from: number): number {
    const held = this.#store[this.#held - 1];
    const before = held === CR || held === LF ? Math.min(blank.length - 1, this.#held) : 0;
    if (before > 0) {
      const seam = [
        this.#store.subarray(this.#held - before, this.#held),
        chunk.subarray(from, from + blank.length - 1),
      ];
      const across = Buffer.concat(seam).indexOf(blank);
      if (across >= 0) return from + across + blank.length - before;
    }
    const found = chunk.indexOf(blank, from);
    return found < 0 ? -1 : found + blank.length;
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
    this.#isTorn = false;
    if (this.#store.length > longestLine) this.#store = Buffer.alloc(0);
  }

  /** Hands on the message `bytes[start, end)` or skips it. False: it, or what follows, is not Asterisk's. */
  #deliver(bytes: Buffer, start: number, end: number, following: Buffer, next: number): boolean {
    if (beginsMessage(following, next) === 'no') return false;
    if (!equals(event, bytes, start, start + event.length)) {
      if (!equals(response, bytes, start, start + response.length)) return false;
      this.#hand(this.#view.show(bytes, start, end));
      return true;
    }
    const name = this.#line(bytes, start + event.length, end);
    const isWanted = this.#wanted(name, bytes, start, end);
    const isItem = this.#isItem(name, bytes, start);
    const shape = isWanted ? shapeOf(name, isItem) : undefined;
    const view = this.#view.show(bytes, start, end, name);
    const isWhole = shape === undefined ? isItem || !isCut(name, bytes, start, end) : view.fits(shape);
    if (!isWhole) return false;
    if (shape !== undefined && !isItem && !(hasItsUniqueid(view, shape) && this.#isStampedAsEver(view))) return false;
    // Any event with a Timestamp shows that events have one.
    if (shape === undefined && !isItem && isStamped(bytes, start, end)) this.#unstamped = 0;
    if (isWanted) this.#hand(view);
    return true;
  }

  #hand(view: MessageView): void {
    this.#options.onMessage(view);
    view.release();
  }

  /** Whether an event has a Timestamp, a number of seconds, if the others have one. */
  #isStampedAsEver(view: MessageView): boolean {
    const timestamp = view.get('Timestamp');
    if (timestamp !== '') {
      this.#isStamped = true;
      this.#unstamped = 0;
      return moment.test(timestamp);
    }
    this.#unstamped++;
    if (this.#unstamped >= mostUnstamped) this.#isStamped = false;
    return !this.#isStamped;
  }

  /** Events have their Privilege on the second line; items of a list have none. */
  #isItem(name: string, bytes: Buffer, start: number): boolean {
    const second = start + event.length + Buffer.byteLength(name) + 2;
    return !equals(privilege, bytes, second, second + privilege.length);
  }

  /** Takes an event with a caller's lines in it; returns where the next message begins, `undefined` if not there yet. */
  #untangle(bytes: Buffer, start: number, end: number): number | undefined {
    const isEvent = equals(event, bytes, start, start + event.length);
    const name = isEvent ? this.#line(bytes, start + event.length, end) : '';
    const isWanted = isEvent && this.#wanted(name, bytes, start, end);
    const shape = isEvent ? shapeOf(name, this.#isItem(name, bytes, start)) : undefined;
    const stamped = shape !== undefined && this.#isStamped ? stampedShapes.get(name) : undefined;
    const outcome = untangle(bytes, start, end, shape === eventShapes.get(name) ? (stamped ?? shape) : shape);
    if (outcome === undefined) return undefined;
    const at = bytes.indexOf(channel, start);
    this.#options.onForged({
      event: name,
      channel: isEvent && at >= 0 && at < end ? this.#line(bytes, at + channel.length, end) : '',
      isRead: outcome.kind === 'mended',
    });
    if (outcome.kind === 'mended' && isWanted) {
      const view = this.#view.show(bytes, start, outcome.end, name).narrow(outcome.lines);
      const timestamp = view.get('Timestamp');
      const isPlausible = timestamp === '' || moment.test(timestamp);
      if (isPlausible && (shape === undefined || hasItsUniqueid(view, shape))) this.#hand(view);
      else view.release();
    }
    return outcome.end;
  }

  #wanted(name: string, bytes: Buffer, start: number, end: number): boolean {
    if (this.#options.events.has(name))
      return name !== varSet || this.#options.variables(this.#variable(bytes, start, end));
    if (!this.correlate || name === varSet) return false;
    const id = bytes.indexOf(actionId, start);
    return id >= 0 && id < end;
  }

  /** The name of the variable of a VarSet, searched from the end: it is on the last line but one. */
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

function shapeOf(name: string, isItem: boolean): EventShape | undefined {
  return (isItem ? itemShapes.get(name) : undefined) ?? eventShapes.get(name);
}

/** Whether an event about a channel names it: Asterisk never leaves a Uniqueid empty. */
function hasItsUniqueid(view: MessageView, shape: EventShape): boolean {
  return !shape.hasUniqueid || view.get('Uniqueid') !== '';
}

const timestamp = '\nTimestamp: ';

/** Whether the third line is the Timestamp. */
function isStamped(bytes: Buffer, start: number, end: number): boolean {
  const second = bytes.indexOf(LF, start) + 1;
  const third = bytes.indexOf(LF, second);
  return third > 0 && third < end && equals(timestamp, bytes, third, third + timestamp.length);
}
