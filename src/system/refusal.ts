/**
 * Why something asked of the daemon is not done: the request itself is wrong (`invalid`), what it names is not there
 * (`not-found`), the state of things does not allow it (`conflict`), whoever would do it is away or too busy
 * (`unavailable`), or did not answer in time (`timeout`).
 */
export type RefusalKind = 'invalid' | 'not-found' | 'conflict' | 'unavailable' | 'timeout';

/** Something asked of the daemon is not done, and why, in words for people. `http/` alone makes a status of it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: RefusalKind;
  /** Seconds after which it is worth asking again; `undefined`: nobody knows. */
  readonly retryAfter: number | undefined;

  constructor(
    kind: RefusalKind,
    reason: string,
    options: { readonly retryAfter?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(reason, options.cause === undefined ? {} : { cause: options.cause });
    this.kind = kind;
    this.retryAfter = options.retryAfter;
  }
}
