/** An event as it is stored and delivered: what a format is made from. */
export interface Stored {
  /** Its `webhook-id`: the same at every attempt, over restarts too. */
  readonly id: string;
  readonly event: string;
  /** The call, or what else the event is about (its extension). */
  readonly callId: string;
  /** Our own JSON. */
  readonly body: string;
  /** What is known of it beyond the body, as JSON. */
  readonly extra?: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A form in which a receiver may want events (`[push] format`). Pure. */
export interface Format {
  readonly contentType: string;
  /** What it calls events of this name; `undefined`: it has no word for them. */
  nameOf(event: string): string | undefined;
  /** The request body; `undefined`: the stored body is not JSON. */
  write(stored: Stored): string | undefined;
}

/** Whether an event is Asterisk's own, which only some formats have: `Newchannel`; ours have small letters. */
export function isAsterisks(event: string): boolean {
  return /^[A-Z]/.test(event);
}

/** The fields of a stored text; `undefined` if it holds none. */
export function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const fields: unknown = JSON.parse(text);
    return typeof fields === 'object' && fields !== null ? { ...fields } : undefined;
  } catch {
    return undefined;
  }
}

/** A field that is a text; `''` if it is none. */
export function textOf(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}
