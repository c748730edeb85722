import { roles, type Role } from './identity.ts';
import { isPasswordHash } from './password.ts';

/** Somebody who may sign in, as a line of `[users]` has it: `name = role, extension, hash`. */
export interface User {
  /** Lower case. */
  readonly name: string;
  readonly role: Role;
  /** `''`: none. */
  readonly extension: string;
  /** As `hashPassword` made it. */
  readonly hash: string;
}

/** Users by their names. */
export type Users = ReadonlyMap<string, User>;

/** A user's name in words. */
export const userNameAllowed = '1 to 40 of 0-9 A-Z a-z _ . @ -, not beginning with . or -';

/** A user's extension in words. */
export const userExtensionAllowed = '1 to 40 of 0-9 A-Z a-z _ . -';

/** Names are the same in capitals: keyboards of phones begin with one. `undefined`: no name of a user. */
export function readUserName(text: string): string | undefined {
  return /^[0-9A-Za-z_@][0-9A-Za-z_.@-]{0,39}$/.test(text) ? text.toLowerCase() : undefined;
}

/** Whether a text can be a user's extension. */
export function isUserExtension(text: string): boolean {
  return /^[0-9A-Za-z_.-]{1,40}$/.test(text);
}

/** What is behind the name in `[users]`: the user, or what is wrong with it (without the hash, since it is logged). */
export function parseUser(name: string, value: string): User | string {
  const known = readUserName(name);
  if (known === undefined) return `the name is not ${userNameAllowed}`;
  const [role = '', extension = '', hash = '', ...more] = value.split(',').map((part) => part.trim());
  if (more.length > 0 || hash === '') return 'is not role, extension, hash (coocenter-api user writes it)';
  const found = roles.find((one) => one === role.toLowerCase());
  if (found === undefined) return `the role is not one of ${roles.join(', ')}`;
  if (extension === '' && found === 'agent') return 'an agent has an extension';
  if (extension !== '' && !isUserExtension(extension)) return `the extension is not ${userExtensionAllowed}`;
  if (!isPasswordHash(hash)) return 'the hash is not one that coocenter-api user writes';
  return { name: known, role: found, extension, hash };
}

/** The line of `[users]`. */
export function formatUser({ name, role, extension, hash }: User): string {
  return `${name} = ${role}, ${extension}, ${hash}`;
}

/** A number for a user, the same wherever the name is (contract §5.1); 1 is who knows the WEBKEY. */
export function userIdOf(name: string): number {
  // FNV-1a of 32 bits: clients take it for a key of a row, nothing rests on it here.
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return 2 + (hash % (2 ** 31 - 3));
}
