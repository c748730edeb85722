import type { Test } from 'tap';

/** What an attack sent and what became of it, for whoever reads the test's output. */
export class Report {
  readonly #t: Test;

  constructor(t: Test) {
    this.#t = t;
  }

  /** `what` is a step of the attacker's, in words or as the bytes that went on the wire. */
  sent(what: string): void {
    this.#t.comment(`sent: ${printable(what)}`);
  }

  /** What the daemon, Asterisk or an honest client did then; figures with their units. */
  happened(what: string): void {
    this.#t.comment(`happened: ${printable(what)}`);
  }
}

/** One line of text: line ends and other control characters are written as escapes. */
export function printable(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
}
