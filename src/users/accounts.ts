import { createHash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { WorkQueue } from '../system/work-queue.ts';
import { keyHolder, type Identity, type Role } from './identity.ts';
import { isPassword } from './password.ts';
import type { Session } from './session.ts';
import { sessionSecondsOf, signSession, verifySession, type Claims } from './session-token.ts';
import { Tickets, type Purpose, type Used } from './tickets.ts';
import { readUserName, userIdOf, type Users } from './user.ts';

/** Sign-ins that may wait for their turn; the rest is told to come later. */
const mostWaiting = 64;
/** Milliseconds by which a clock may be set back as it is corrected. */
const clockSlack = 600_000;

/** Who may sign in; read for each request, so that a reload takes effect. */
export interface AccountSettings {
  /** `''`: authentication is off (contract §1.1). */
  readonly webkey: string;
  readonly users: Users;
}

/** What accounts are made of. */
export interface AccountsOptions {
  readonly settings: () => AccountSettings;
  /** Random bytes that only this box has; asked for when a session is first signed or checked. */
  readonly secret: () => Buffer;
  readonly now: () => Date;
}

/** Somebody who has just signed in. */
export interface SignedIn {
  readonly session: Session;
  readonly token: string;
  /** Contract §5.1. */
  readonly userId: number;
}

/**
 * The entrance of this room. In: names and passwords, tokens, tickets. Out: who that is. It must not know HTTP, or what
 * anybody wants to do.
 */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #tickets = new Tickets();
  /** One hash at a time: each takes 16 MB. */
  readonly #hashing = new WorkQueue(mostWaiting);
  #key: Buffer | undefined;
  #users: Users | undefined;
  #generation = 0;

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  /** Another number whenever the users were read anew: what was wrong before may be right then. */
  get generation(): number {
    const { users } = this.#options.settings();
    if (users !== this.#users) this.#generation++;
    this.#users = users;
    return this.#generation;
  }

  /** The key for another purpose, made of the same secret. */
  keyFor(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#options.secret(), '', `coocenter-api ${purpose}`, 32));
  }

  /**
   * Signs in. Whoever knows the WEBKEY is an admin by any name; a user by the own password. `undefined`: neither.
   * `admit` is asked when the turn has come to hash, and may throw.
   * @throws {Refusal} `unavailable` while too many sign in
   */
  async signIn(name: string, password: string, admit: () => void): Promise<SignedIn | undefined> {
    if (this.#isWebkey(password)) return this.#begin('key', name);
    const { users } = this.#options.settings();
    const user = users.get(readUserName(name) ?? '');
    const isRight = await this.#hashing.run(() => {
      admit();
      return isPassword(password, user?.hash);
    });
    // A reload meanwhile may have ended the user, or changed them.
    if (!isRight || user === undefined || this.#options.settings().users.get(user.name)?.hash !== user.hash) {
      return undefined;
    }
    return this.#begin('user', user.name);
  }

  /** Whose session it is; `'over'` for one that has ended by its time, `undefined` for what is no session at present. */
  sessionOf(token: string): Session | 'over' | undefined {
    const claims = verifySession(this.#sessionKey(), token, (said) => this.#accountOf(said)?.binding);
    if (claims === undefined) return undefined;
    const session = this.#session(claims);
    return session !== undefined && this.#isDue(claims, session.identity.role) ? 'over' : session;
  }

  /** The session of who has the token of the day, or needs none. */
  keySession(): Session {
    const { webkey } = this.#options.settings();
    return {
      identity: keyHolder,
      until: undefined,
      isCurrent: () => this.#options.settings().webkey === webkey,
    };
  }

  /**
   * A leave to do one thing once.
   * @throws {Refusal} `unavailable` while too many are not used
   */
  issueTicket(session: Session, purpose: Purpose): string {
    return this.#tickets.issue(session, purpose, this.#options.now().getTime());
  }

  /** Uses a ticket up; `undefined` when it is none, for something else, or its user has changed since. */
  useTicket(text: string, wanted: Parameters<Tickets['use']>[1]): Session | undefined {
    return this.#use(text, wanted)?.session;
  }

  /** As `useTicket`, and it may still be used. */
  seeTicket(text: string, wanted: Parameters<Tickets['see']>[1]): Session | undefined {
    return current(this.#tickets.see(text, wanted, this.#options.now().getTime()))?.session;
  }

  /** Who a user is; `undefined`: there is no such user. */
  identityOf(name: string): Identity | undefined {
    const known = readUserName(name);
    return known === undefined ? undefined : this.#accountOf({ of: 'user', name: known })?.identity;
  }

  /**
   * Signs in by a ticket for a page. The session ends no later than that of who got the ticket: otherwise, whoever has
   * one could keep it for ever. `undefined`: it is none, or the user has changed since.
   */
  enter(text: string): SignedIn | undefined {
    const used = this.#use(text, ({ to }) => to === 'page');
    if (used?.purpose.to !== 'page') return undefined;
    return this.#begin('user', used.purpose.user, used.session.until);
  }

  /** A screen on the wall stays signed in; `undefined`: nobody else does, or the user has changed since. */
  renew({ identity: { name, role }, isCurrent }: Session): SignedIn | undefined {
    return role === 'wallboard' && isCurrent() ? this.#begin('user', name) : undefined;
  }

  #use(text: string, wanted: Parameters<Tickets['use']>[1]): Used | undefined {
    return current(this.#tickets.use(text, wanted, this.#options.now().getTime()));
  }

  #begin(of: Claims['of'], name: string, latest = Infinity): SignedIn | undefined {
    const account = this.#accountOf({ of, name });
    if (account === undefined) return undefined;
    const ends = this.#options.now().getTime() + sessionSecondsOf(account.identity.role) * 1000;
    const claims = { of, name, until: Math.min(latest, ends) };
    const session = this.#session(claims);
    if (session === undefined) return undefined;
    const token = signSession(this.#sessionKey(), claims, account.binding);
    return { session, token, userId: of === 'key' ? 1 : userIdOf(name) };
  }

  #session(claims: Claims): Session | undefined {
    const account = this.#accountOf(claims);
    if (account === undefined) return undefined;
    const { identity, binding } = account;
    const isCurrent = (): boolean =>
      !this.#isDue(claims, identity.role) && this.#accountOf(claims)?.binding === binding;
    return { identity, until: claims.until, isCurrent };
  }

  #isDue({ until }: Claims, role: Role): boolean {
    const now = this.#options.now().getTime();
    // One that was signed while the clock was ahead would last longer than others.
    return now >= until || until > now + sessionSecondsOf(role) * 1000 + clockSlack;
  }

  /** Who that is at present, and what the session rests on; `undefined`: nobody any more. */
  #accountOf({
    of,
    name,
  }: Pick<Claims, 'of' | 'name'>): { readonly identity: Identity; readonly binding: string } | undefined {
    const { webkey, users } = this.#options.settings();
    if (of === 'key') {
      if (webkey === '') return undefined;
      return { identity: { ...keyHolder, name }, binding: JSON.stringify(['key', webkey]) };
    }
    const user = users.get(name);
    if (user === undefined) return undefined;
    const { role, extension, hash } = user;
    return { identity: { name, role, extension }, binding: JSON.stringify(['user', role, extension, hash]) };
  }

  #isWebkey(password: string): boolean {
    const { webkey } = this.#options.settings();
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
    return webkey !== '' && timingSafeEqual(digest(password), digest(webkey));
  }

  #sessionKey(): Buffer {
    this.#key ??= this.keyFor('session token');
    return this.#key;
  }
}

/** A ticket whose user has not changed since. */
function current(ticket: Used | undefined): Used | undefined {
  return ticket?.session.isCurrent() === true ? ticket : undefined;
}
