import type { QueueEvent } from './queue-event.ts';
import { isOfNumbers } from './queue-event.ts';
import type { LogRow } from './row.ts';

/** Characters after a line that may still be the caller's: a number in a row has at most 79 (AST_MAX_EXTENSION). */
const longestNumber = 80;
/** Most calls whose lines and numbers with line ends are kept, and how many of them over a restart. */
const mostCalls = 5_000;
const mostSaved = 500;
/** Most lines of one call that end in a caller's text. */
const mostHeads = 100;
/** Most forged lines that are remembered. */
const mostForged = 5_000;

/** Where a line stands in queue_log. */
export interface LinePlace {
  /** How many lines come before it. */
  readonly number: number;
  /** Uniqueids of other calls with a line so shortly before that this one may be the end of it. */
  readonly behind: readonly string[];
}

/** A line that ends in a text of a caller's choice: the number they sent or dialled. */
interface Head {
  readonly number: number;
  readonly text: string;
  readonly isJoin: boolean;
  /** The characters that follow in the log. */
  after: string;
}

/** The texts in a row of a call that have line ends in them. */
type Texts = Pick<LogRow['raw'], 'source' | 'destination'>;

/** What is saved over a restart. */
export interface SavedInjected {
  readonly next: number;
  readonly heads: readonly (readonly [uniqueid: string, heads: readonly Readonly<Head>[]])[];
  readonly texts: readonly (readonly [uniqueid: string, texts: readonly Texts[]])[];
  readonly forged: readonly number[];
}

/**
 * Tells which lines callers wrote into queue_log, by sending numbers with line ends in them. Asterisk writes a line and
 * the number in it at once. So a caller's lines directly follow a line of their own call, exactly as their row has them;
 * a line with the same text elsewhere is Asterisk's own.
 */
export class Injected {
  #next = 0;
  /** By Uniqueid, the oldest first. */
  readonly #heads = new Map<string, Head[]>();
  readonly #texts = new Map<string, Texts[]>();
  readonly #forged = new Set<number>();
  /** Heads that too little was read after so far. */
  #growing: { readonly uniqueid: string; readonly head: Head }[] = [];

  get saved(): SavedInjected {
    const newest = <V>(map: ReadonlyMap<string, V>): [string, V][] => [...map].slice(-mostSaved);
    return {
      next: this.#next,
      heads: newest(this.#heads),
      texts: newest(this.#texts),
      forged: [...this.#forged],
    };
  }

  /** Throws if it is not what `saved` gave. */
  restore({ next, heads, texts, forged }: SavedInjected): void {
    this.#next = next;
    for (const [uniqueid, list] of heads) {
      const own = list.map((head) => ({ ...head }));
      this.#heads.set(uniqueid, own);
      for (const head of own) if (isGrowing(head)) this.#growing.push({ uniqueid, head });
    }
    for (const [uniqueid, list] of texts) this.#texts.set(uniqueid, [...list]);
    for (const number of forged) this.#forged.add(number);
  }

  /** Takes the next line of the log, of any kind. */
  line(text: string, event: QueueEvent | undefined): LinePlace {
    const number = this.#next++;
    const behind = new Set<string>();
    for (const { uniqueid, head } of this.#growing) {
      head.after += `${text}\n`;
      if (uniqueid !== event?.uniqueid) behind.add(uniqueid);
      if (this.#texts.has(uniqueid)) this.#match(uniqueid);
    }
    this.#growing = this.#growing.filter(({ head }) => isGrowing(head));
    if (event !== undefined && !isOfNumbers(event)) {
      const head: Head = { number, text, isJoin: event.name === 'ENTERQUEUE', after: '' };
      const heads = this.#heads.get(event.uniqueid) ?? [];
      if (heads.length < mostHeads) {
        heads.push(head);
        this.#growing.push({ uniqueid: event.uniqueid, head });
      }
      this.#heads.set(event.uniqueid, heads);
      dropOldest(this.#heads);
    }
    return { number, behind: [...behind] };
  }

  /** Takes a row: no later one tells more of the lines that its call has so far. */
  row({ uniqueId, raw: { source, destination } }: Pick<LogRow, 'uniqueId' | 'raw'>): void {
    if (source.includes('\n') || destination.includes('\n')) {
      const texts = this.#texts.get(uniqueId) ?? [];
      this.#texts.set(uniqueId, [...texts, { source, destination }].slice(-mostHeads));
      dropOldest(this.#texts);
      this.#match(uniqueId);
    }
    const unread = (this.#heads.get(uniqueId) ?? []).filter(isGrowing);
    if (unread.length > 0) this.#heads.set(uniqueId, unread);
    else this.#heads.delete(uniqueId);
  }

  /** Whether a row of the call is still to tell if its caller wrote the lines after its own. */
  awaitsRow(uniqueid: string): boolean {
    return this.#heads.has(uniqueid);
  }

  /** Whether a caller wrote the line at that place. */
  has({ number }: Pick<LinePlace, 'number'>): boolean {
    return this.#forged.has(number);
  }

  #match(uniqueid: string): void {
    for (const head of this.#heads.get(uniqueid) ?? []) {
      for (const { source, destination } of this.#texts.get(uniqueid) ?? []) {
        // The line of a join ends with the caller's number; the dialplan may write the dialled number into others.
        const count = Math.max(linesIn(head, source), head.isJoin ? 0 : linesIn(head, destination));
        for (let n = 1; n <= count; n++) this.#forged.add(head.number + n);
      }
    }
    for (const oldest of [...this.#forged].slice(0, Math.max(0, this.#forged.size - mostForged))) {
      this.#forged.delete(oldest);
    }
  }
}

function isGrowing({ after }: Head): boolean {
  return after.length < longestNumber;
}

/** How many lines after a head are the rest of a text that begins at its end. */
function linesIn({ text, after }: Head, raw: string): number {
  // A row may cut the text in the middle of a character.
  const [first = '', ...rest] = raw.replace(/\uFFFD+$/, '').split('\n');
  return text.endsWith(`|${first}`) && after.startsWith(rest.join('\n')) ? rest.length : 0;
}

function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > mostCalls && oldest !== undefined) map.delete(oldest);
}
