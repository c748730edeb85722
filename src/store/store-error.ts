/** What SQLite or the file system said, in words for people. `kind` decides what the store tries next. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: 'full' | 'busy' | 'damaged' | 'unusable';

  constructor(kind: StoreError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Primary result codes of SQLite (sqlite.org/rescode.html) that concern the disk rather than a statement. */
const sqliteErrors: ReadonlyMap<number, readonly [StoreError['kind'], string]> = new Map([
  [3, ['unusable', 'the file may not be accessed']],
  [5, ['busy', 'another process has the file']],
  [6, ['busy', 'the file is locked']],
  [7, ['unusable', 'there is no memory left']],
  [8, ['unusable', 'the file or its folder is read-only']],
  [10, ['unusable', 'the disk fails']],
  [11, ['damaged', 'the file is damaged']],
  [13, ['full', 'the disk is full']],
  [14, ['unusable', 'the file cannot be opened']],
  [15, ['busy', 'the file is locked']],
  [26, ['damaged', 'the file is no database']],
]);

/** The system's error codes for a disk or quota that is full. */
const noRoomCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The StoreError for a failure of the disk; `undefined` if the statement or its values are at fault. */
export function storeError(error: unknown): StoreError | undefined {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') {
    const known = sqliteErrors.get(error.errcode & 0xff);
    return known && new StoreError(known[0], `${known[1]} (${error.message})`, { cause: error });
  }
  if ('syscall' in error && 'code' in error) {
    return new StoreError(noRoomCodes.has(error.code) ? 'full' : 'unusable', error.message, { cause: error });
  }
  return undefined;
}
