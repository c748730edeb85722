/**
 * One message from Asterisk's manager interface, as the decoder hands it on. Field names are matched exactly as
 * Asterisk spells them (`CallerIDNum`, `Cause-txt`). A message may be kept only as long as its handler runs: what is
 * needed longer is copied out with `get`.
 */
export interface AmiMessage {
  /** `event`: has an `Event` header (OriginateResponse too, which also has a `Response`); else `response`. */
  readonly type: 'event' | 'response';
  /** The event's name (`Hangup`), or the response's word (`Success`, `Error`, `Goodbye`, `Pong`). */
  readonly name: string;
  /** The first value of a field, `''` when the message has none. */
  get(field: string): string;
  /** Every value of a repeated field (`Variable`, `ChanVariable`, `Output`), in order. */
  all(field: string): string[];
  /** A copy that owns its text and may be stored. */
  keep(): AmiMessage;
}
