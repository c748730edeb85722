import type { Picture } from '../picture/picture.ts';
import { Refusal } from '../system/refusal.ts';

/** Nobody has that number, in Asterisk's own words. */
export function unknownExtension(): Refusal {
  return new Refusal('not-found', 'Extension does not exist.');
}

/** The devices of an extension, one at least; 404 when nobody has that number. */
export function devicesOf(picture: Picture, extension: string): readonly [string, ...string[]] {
  const [first, ...others] = picture.directory.devicesOf(extension);
  if (first === undefined) throw unknownExtension();
  return [first, ...others];
}
