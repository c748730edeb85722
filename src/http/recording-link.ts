import { createHmac, timingSafeEqual } from 'node:crypto';
import { roles, type Role } from '../users/identity.ts';

/** Path under which links play. */
export const playPath = '/coocenter-api/recordings/play/';

/** Seconds that a link may last, and lasts unless it is said. */
export const linkSeconds = { most: 86_400, usual: 3_600 } as const;

/** Milliseconds by which a clock may be set back as it is corrected. */
const clockSlack = 600_000;

/** What a link says. All of it is signed; none of it is secret. */
export interface LinkClaims {
  /** The recording's path below its folder, as it is on disk. */
  readonly name: string;
  /** Seconds since 1970. */
  readonly until: number;
  /** Who asked for the link. */
  readonly maker: Maker;
}

/** Who asked for a link. */
export interface Maker {
  /** `''` for a client with the token of the day. */
  readonly name: string;
  readonly role: Role;
}

/** The parameters of a link, as they stand in its query. */
export interface LinkQuery {
  readonly until: string;
  readonly by: string;
  readonly signature: string;
}

/** A link: path and query, without a host, so that it works behind any proxy. */
export function formatLink(key: Buffer, { name, until, maker }: LinkClaims): string {
  const by = `${maker.role}:${maker.name}`;
  const path = name.split('/').map(encodeURIComponent).join('/');
  const signature = signatureOf(key, name, String(until), by).toString('base64url');
  return `${playPath}${path}?${new URLSearchParams({ until: String(until), by, signature }).toString()}`;
}

/**
 * What a link says, if it is ours: for this file, for as long, by this maker. `'over'`: it has ended. `'wrong'`: it is not
 * as it was made, or was made with another secret. `rest`: the path behind `playPath`, percent-encoded.
 */
export function readLink(key: Buffer, rest: string, query: LinkQuery, now: number): LinkClaims | 'over' | 'wrong' {
  const name = decoded(rest);
  if (name === undefined) return 'wrong';
  // Compared as text: base64 and numbers have several spellings, of which only ours is a link.
  const right = Buffer.from(signatureOf(key, name, query.until, query.by).toString('base64url'));
  const given = Buffer.from(query.signature);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return 'wrong';
  const until = Number(query.until);
  const at = query.by.indexOf(':');
  const role = roles.find((one) => one === query.by.slice(0, at));
  if (role === undefined) return 'wrong';
  // One that was made while the clock was ahead would last longer than others.
  if (now >= until * 1000 || until * 1000 > now + linkSeconds.most * 1000 + clockSlack) return 'over';
  return { name, until, maker: { name: query.by.slice(at + 1), role } };
}

function signatureOf(key: Buffer, name: string, until: string, by: string): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([until, by, name]))
    .digest();
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
