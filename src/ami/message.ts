/**
 * One message from Asterisk's manager interface, as the decoder hands it on. Field names are matched exactly as
 * Asterisk spells them (`CallerIDNum`, `Cause-txt`). A message is valid only while its handler
 * runs: what is needed longer is read with `get` or copied with `copy`.
 */
export interface AmiMessage {
  /** `event`: has an `Event` header (OriginateResponse too, which also has a `Response`); else `response`. */
  readonly type: 'event' | 'response';
  /** The event's name (`Hangup`), or the word of the response (`Success`, `Error`, `Goodbye`, `Pong`). */
  readonly name: string;
  /** The first value of a field, `''` when the message has none. */
  get(field: string): string;
  /** A copy that owns its text and may be stored. */
  copy(): AmiMessage;
}
