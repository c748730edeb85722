/** A record as clients pull it. */
export interface StoredRecord {
  readonly seq: number;
  readonly id: string;
  readonly event: string;
  readonly callId: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** The exact request body of its pushes. */
  readonly body: string;
}

/** The next records; `last` is the sequence number read up to, `more` whether there may be records beyond it. */
export interface RecordPage {
  readonly records: readonly StoredRecord[];
  readonly last: number;
  readonly more: boolean;
  /** Total size of the bodies. */
  readonly bytes: number;
  /** The limit of the caller, in number or size, is reached. */
  readonly isFull: boolean;
}
