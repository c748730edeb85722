/** Who hears a recording, and by what they were let in. */
export interface Listener {
  /** `''`: a client with the token of the day, or with none where none is needed. Of a link: who asked for it. */
  readonly name: string;
  readonly role: string;
  /** `open`: nobody was asked who they are. */
  readonly means: 'token' | 'ticket' | 'link' | 'socket' | 'open';
  /** Address of the client, or of the proxy in front of it; `''` on the daemon's own socket. */
  readonly remote: string;
  /** What the proxy says of its client; any client can write it too. */
  readonly forwardedFor: string;
}

/** A recording that is sent to somebody. */
export interface Access extends Listener {
  /** The recording, as its record carried it. */
  readonly path: string;
}

/** One playback: all that one listener at one address got of one recording, with no long pause in between. */
export interface AccessRow extends Access {
  readonly id: string;
  /** When it began and when the last of it was sent, milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Sent, as far as this process knows: a connection may break before all of it has arrived. */
  readonly bytes: number;
  readonly requests: number;
}

/** An AccessRow as clients pull it. */
export type StoredAccess = AccessRow & { readonly seq: number };

/** Told when an answer begins; `sent` when it is over. Neither throws. */
export type NoteAccess = (access: Access) => { readonly sent: (bytes: number) => void };
