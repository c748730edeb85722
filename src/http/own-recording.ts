import type { Identity } from '../users/identity.ts';
import type { Refusals } from './answer-doc.ts';
import { HttpError } from './http-error.ts';
import { confinedTo } from './own.ts';

/** What `requireOwnRecording` refuses, for the documentation. */
export const onlyOwnRecordings: Refusals = { 403: ['an agent may have recordings of calls of extension … only'] };

/**
 * Whether a recording is of a call in which an extension took part. `name`: its path below the folder of recordings as it
 * is on the disk, nothing encoded.
 */
export type IsRecordingOf = (name: string, extension: string) => Promise<boolean>;

/**
 * Of the names that a recording may have on the disk, those that somebody may open: an agent, those of the own calls. One
 * that is not there is refused in the same words, so that nobody learns which there are.
 * @throws {HttpError} 403 when there is none
 */
export async function requireOwnRecording(
  isRecordingOf: IsRecordingOf,
  identity: Identity,
  names: readonly string[],
): Promise<readonly string[]> {
  const extension = confinedTo(identity);
  if (extension === undefined) return names;
  const isOwn = await Promise.all(names.map((name) => isRecordingOf(name, extension)));
  const own = names.filter((_name, i) => isOwn[i]);
  if (own.length > 0) return own;
  throw new HttpError(403, `an agent may have recordings of calls of extension ${extension} only`);
}
