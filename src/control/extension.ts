import type { Picture } from '../picture/picture.ts';
import { ApiError } from '../system/api-error.ts';

/** Nobody has that number, in Asterisk's own words. */
export function unknownExtension(): ApiError {
  return new ApiError(404, 'Extension does not exist.');
}

/** The devices of an extension, one at least; 404 when nobody has that number. */
export function devicesOf(picture: Picture, extension: string): readonly [string, ...string[]] {
  const [first, ...others] = picture.directory.devicesOf(extension);
  if (first === undefined) throw unknownExtension();
  return [first, ...others];
}
