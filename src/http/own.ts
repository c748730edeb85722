import type { Identity } from '../users/identity.ts';
import type { Refusals } from './answer-doc.ts';
import { HttpError } from './http-error.ts';

/** What `requireOwn` refuses, for the documentation. */
export const onlyOwn: Refusals = { 403: ['an agent may do this for extension … only'] };

/**
 * The extension that a request acts for: the one that it names, else that of who signed in (contract §5.2).
 * @throws {HttpError} 400 when there is none; 403 when an agent names another's
 */
export function actingExtension(identity: Identity, param: string, given: string | undefined): string {
  const extension = given ?? identity.extension;
  if (extension === '') throw new HttpError(400, `missing parameter: ${param}`);
  requireOwn(identity, extension);
  return extension;
}

/** The extension that an agent is confined to; `undefined` for those who may see all. */
export function confinedTo({ role, extension }: Identity): string | undefined {
  return role === 'agent' ? extension : undefined;
}

/** @throws {HttpError} 403 when an agent asks for what is another's */
export function requireOwn({ role, extension: own }: Identity, extension: string): void {
  if (role === 'agent' && extension !== own) throw new HttpError(403, `an agent may do this for extension ${own} only`);
}
