import type { Log } from '../system/log.ts';

/** Warnings that say all there is to say the first time. */
export class ToldOnce {
  readonly #log: Log;
  readonly #told = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Warns, unless the same was said last about this. */
  warn(about: string, message: string, cause?: unknown): void {
    const said = cause instanceof Error ? `${message} ${cause.message}` : message;
    if (this.#told.get(about) === said) return;
    this.#told.set(about, said);
    this.#log.warning(message, cause);
  }

  /** It is over: the next warning about this is news. */
  over(about: string): void {
    this.#told.delete(about);
  }
}
