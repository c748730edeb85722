/**
 * Why a request is refused: it is wrong in itself (`invalid`), what it names is not there (`not-found`), the present state
 * does not allow it (`conflict`), Asterisk or the store is away or too busy (`unavailable`), or did not answer in time
 * (`timeout`).
 */
export type RefusalKind = 'invalid' | 'not-found' | 'conflict' | 'unavailable' | 'timeout';

/** A refused request, with the reason in words for people. Only `http/` turns it into a status code. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: RefusalKind;
  /** Seconds after which it is worth asking again, if that is known. */
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
