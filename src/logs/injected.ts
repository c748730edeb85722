import type { LogRow } from './row.ts';

/** Lines that are remembered. */
const MOST = 500;

/**
 * Lines that a caller wrote into the log of queues, by line ends in their number. The row of their call has the same text
 * within quotes, so that it is known to be theirs.
 */
export class Injected {
  /** A whole line, or the beginning of one behind which Asterisk went on, the oldest first. */
  readonly #lines = new Map<string, 'whole' | 'beginning'>();

  get kept(): readonly (readonly [string, 'whole' | 'beginning'])[] {
    return [...this.#lines];
  }

  restore(kept: Injected['kept']): void {
    for (const [line, kind] of kept) this.#lines.set(line, kind);
  }

  /** Takes a row. Returns how many lines were made by it. */
  row({ broken }: Pick<LogRow, 'broken'>): number {
    for (const field of broken) {
      const [, ...lines] = field.split('\n');
      lines.forEach((line, index) => {
        // Without these it is no line of a queue's.
        if (line.split('|').length >= 5) this.#lines.set(line, index === lines.length - 1 ? 'beginning' : 'whole');
      });
    }
    for (const [oldest] of [...this.#lines].slice(0, Math.max(0, this.#lines.size - MOST))) this.#lines.delete(oldest);
    return broken.length;
  }

  /** Whether a caller wrote this line. */
  has(line: string): boolean {
    if (this.#lines.has(line)) return true;
    return [...this.#lines].some(([text, kind]) => kind === 'beginning' && line.startsWith(text));
  }
}
