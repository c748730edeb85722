import { ask, type Outcome } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { personal } from '../base/personal.ts';
import { lastCall, noteGiven } from './last-call.ts';
import { atWork, ownMembers } from './me.ts';
import { ownCall } from './own-call.ts';
import { own } from './own.ts';

/** What was dialled last from this page: while only the own phone rings, nothing else tells it. */
export const dialled = personal('');

/** What cannot be done as things are, told as the box tells it. */
function cannot(message: string): Outcome<undefined> {
  return { ok: false, why: 'refused', status: 0, message };
}

/** The first that failed, else the last. */
async function all(requests: readonly Promise<Outcome<unknown>>[]): Promise<Outcome<unknown>> {
  const outcomes = await Promise.all(requests);
  return outcomes.find(({ ok }) => !ok) ?? outcomes.at(-1) ?? cannot(t('bar.notLoggedIn'));
}

/** Rings the own phone, and then the number, written as people write numbers (contract §4.8). */
export async function dial(number: string): Promise<Outcome<unknown>> {
  const dst = number.trim();
  if (dst === '') return cannot(t('bar.noNumber'));
  dialled.value = dst;
  return ask('POST', 'extensions/click-number', { src: own.peek(), dst });
}

/** Ends the calls of the own phone (contract §4.9). */
export function hangUp(): Promise<Outcome<unknown>> {
  return ask('POST', 'extensions/hangup', { extension: own.peek() });
}

/** Hands whom one talks to over (contract §4.10). */
export async function transfer(to: string): Promise<Outcome<unknown>> {
  const dst = to.trim();
  if (dst === '') return cannot(t('bar.noNumber'));
  return ask('POST', 'extensions/transfer', { src: own.peek(), dst });
}

/** Takes no calls of a queue, or of all in which one is logged in (contract §4.5). */
export function pause(reason: string, queue?: string): Promise<Outcome<unknown>> {
  const meant = ownMembers.peek().filter((member) => queue === undefined || member.queue === queue);
  return all(meant.map((member) => setPause(member.queue, 'on', reason === '' ? undefined : reason)));
}

/**
 * Takes calls again: after-call work ends where there is any, and a person's own pause stays; else pauses end, of a queue
 * or of all.
 */
export function ready(queue?: string): Promise<Outcome<unknown>> {
  const working = queue === undefined ? atWork.peek() : [];
  const meant = ownMembers.peek().filter((member) => member.paused && (queue === undefined || member.queue === queue));
  return all((working.length > 0 ? working : meant).map((member) => setPause(member.queue, 'off')));
}

/** Contract §4.6. */
export function logIn(queue: string): Promise<Outcome<unknown>> {
  return ask('POST', 'queues/agent-login', { extension: own.peek(), queue });
}

/** Contract §4.7; without a queue: out of all. */
export function logOut(queue?: string): Promise<Outcome<unknown>> {
  return ask('POST', 'queues/agent-logout', { extension: own.peek(), queue });
}

/** Says what came of the call that goes on, or else of the last one; `isReady`: and ends its after-call work. */
export async function dispose(
  code: string,
  note: string,
  isReady: boolean,
  uuid = ownCall.peek()?.uuid ?? lastCall.peek()?.uuid,
): Promise<Outcome<unknown>> {
  if (uuid === undefined) return cannot(t('bar.noCall'));
  const outcome = await ask('POST', 'calls/disposition', {
    uuid,
    code,
    note: note.trim() === '' ? undefined : note.trim(),
    extension: own.peek(),
    ready: isReady ? '1' : undefined,
  });
  if (outcome.ok) noteGiven(uuid, code);
  return outcome;
}

function setPause(queue: string, state: 'on' | 'off', reason?: string): Promise<Outcome<unknown>> {
  return ask('POST', 'queues/agent-pause', { queue, member: own.peek(), state, reason });
}
