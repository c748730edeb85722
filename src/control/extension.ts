import type { Picture } from '../picture/picture.ts';
import { Refusal } from '../system/refusal.ts';

/** Nobody has this number; the words are Asterisk's. */
export function unknownExtension(): Refusal {
  return new Refusal('not-found', 'Extension does not exist.');
}

/** The devices of an extension, at least one; throws `not-found` if nobody has this number. */
export function devicesOf(picture: Picture, extension: string): readonly [string, ...string[]] {
  const [first, ...others] = picture.directory.devicesOf(extension);
  if (first === undefined) throw unknownExtension();
  return [first, ...others];
}
