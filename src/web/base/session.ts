import { computed, effect, signal } from '@preact/signals';
import type { SessionInfo } from '../../http/routes/session.ts';
import { ask, askRaw, token, whenSignedOut, type Outcome } from './ask.ts';
import { begin } from './personal.ts';

/** Who signed in, as the box says; `undefined`: nobody, or it is not known yet. */
export const who = signal<SessionInfo | undefined>(undefined);

/** Why somebody has to sign in who did not expect it. */
export const signInNotice = signal<'' | 'over' | 'ticket'>('');

/** Whether somebody has to sign in. */
export const isSignedOut = computed(() => token.value === '');

/** Milliseconds until a box that does not answer is asked again. */
const again = 3_000;

/** Signs in with name and password. */
export async function signIn(username: string, password: string): Promise<Outcome<unknown>> {
  return entered(await askRaw('POST', 'local/login', { username, password }));
}

/** Takes the session over for which somebody who may do so has got this ticket. */
async function enter(ticket: string): Promise<void> {
  const { ok } = entered(await askRaw('POST', 'session/enter', { ticket }));
  if (!ok) signInNotice.value = 'ticket';
}

/** Exchanges the session of a wallboard for one that lasts longer. */
export async function renew(): Promise<void> {
  entered(await askRaw('POST', 'session/renew'));
}

/** Forgets the session, in every tab of this browser. */
export function signOut(): void {
  signInNotice.value = '';
  token.value = '';
}

/** The box does not know this token any more. */
export function expire(used: string): void {
  // Another tab may have signed in meanwhile.
  if (used === '' || token.peek() !== used) return;
  signInNotice.value = 'over';
  token.value = '';
}

/** Follows the session from now on: signed in here, in another tab, or by a ticket (`#ticket=…`). */
export function follow(): void {
  whenSignedOut(expire);
  takeTicket();
  // A CRM that hands its agent over again changes no more of the address than this, and no page is loaded then.
  addEventListener('hashchange', takeTicket);
  effect(() => {
    const used = token.value;
    // A session that was renewed is the same person's.
    if (used === '') who.value = undefined;
    else void identify(used);
  });
}

function takeTicket(): void {
  const given = /[#&]ticket=([\w-]+)/.exec(location.hash)?.[1];
  if (given === undefined) return;
  // It is worth nothing any more, and still no sight.
  history.replaceState(history.state, '', location.pathname + location.search);
  void enter(given);
}

function entered(outcome: Outcome<unknown>): Outcome<unknown> {
  if (!outcome.ok) return outcome;
  const { token: given } = outcome.data as { readonly token?: unknown };
  if (typeof given !== 'string') return { ok: false, why: 'unreachable', status: 200, message: '' };
  signInNotice.value = '';
  token.value = given;
  return outcome;
}

async function identify(used: string): Promise<void> {
  const outcome = await ask<SessionInfo>('GET', 'session');
  if (token.peek() !== used) return;
  if (outcome.ok) {
    begin(outcome.data.name);
    who.value = outcome.data;
  } else if (outcome.why !== 'signedOut') setTimeout(() => void identify(used), again);
}
