import { fieldsOf } from './csv.ts';

/** Most characters of a row; the fields of a call detail record have some 80 characters each. */
const longestRow = 8 * 1024;

/** A text from a file of call detail records. */
export interface RowText {
  readonly kind: 'row' | 'torn';
  readonly text: string;
}

/**
 * Puts together the rows of a file of call detail records. A row spans several lines if a caller's number has line ends;
 * those lines are no rows. A torn row (a full disk, a crash) is given up for the next whole one, wherever on the line that
 * begins.
 */
export class RowTexts {
  readonly #isRow: (fields: readonly string[]) => boolean;
  /** The lines of a row whose quotes are not closed yet. */
  #pending = '';
  /** Something before the pending row was torn. */
  #isTorn = false;

  constructor(isRow: (fields: readonly string[]) => boolean) {
    this.#isRow = isRow;
  }

  /** What is pending, to be saved over a restart; `''`: nothing. */
  get pending(): string {
    return this.#pending;
  }

  restore(pending: string): void {
    this.#pending = pending;
    this.#isTorn = false;
  }

  /** Takes the next line. Returns what it completes: a row and, before it, a torn text. */
  take(line: string): RowText[] {
    if (line.includes('\0')) return this.#takeBehindHole(line);
    if (this.#pending === '' && line === '') return [];
    const text = this.#pending === '' ? line : `${this.#pending}\n${line}`;
    // No row is longer, and searching all of it would take minutes.
    if (text.length > longestRow) return this.#searchEnd(text);
    if (!this.#isTorn) {
      const fields = fieldsOf(text);
      if (fields === 'open') return this.#wait(text, false);
      if (typeof fields !== 'string' && this.#isRow(fields)) {
        this.#wait('', false);
        return [{ kind: 'row', text }];
      }
    }
    return this.#search(text);
  }

  /** A crash may leave NULs in a file. No caller can send one: the text before them is torn. */
  #takeBehindHole(line: string): RowText[] {
    const at = line.lastIndexOf('\0') + 1;
    const torn = { kind: 'torn', text: `${this.#pending}${line.slice(0, at)}` } as const;
    this.#wait('', false);
    return [torn, ...this.take(line.slice(at))];
  }

  /** Looks for a row in the last part of a text that is too long for one. */
  #searchEnd(text: string): RowText[] {
    this.#wait('', true);
    const torn = { kind: 'torn', text: text.slice(0, -longestRow) } as const;
    return [torn, ...this.#search(text.slice(-longestRow))];
  }

  /** Looks for the row after a torn text: the first place where there is one, or may be one. */
  #search(text: string): RowText[] {
    // The outermost row comes first: a caller may have put another one within its quotes.
    for (let at = this.#isTorn ? 0 : text.indexOf('"', 1); at >= 0; at = text.indexOf('"', at + 1)) {
      const fields = fieldsOf(text, at);
      if (fields === 'open') {
        const torn = at === 0 ? [] : [{ kind: 'torn', text: text.slice(0, at) } as const];
        return [...torn, ...this.#wait(text.slice(at), true)];
      }
      if (fields === 'torn' || !this.#isRow(fields)) continue;
      this.#wait('', false);
      const row = { kind: 'row', text: text.slice(at) } as const;
      return at === 0 ? [row] : [{ kind: 'torn', text: text.slice(0, at) }, row];
    }
    this.#wait('', false);
    return [{ kind: 'torn', text }];
  }

  #wait(pending: string, isTorn: boolean): RowText[] {
    this.#pending = pending;
    this.#isTorn = isTorn;
    return [];
  }
}
