import type { Picture } from '../picture/picture.ts';
import { ApiError } from '../system/api-error.ts';
import { accepted } from './answer.ts';
import type { ControlDeps } from './deps.ts';

/** The devices of an extension, one at least; 404 in Asterisk's own words when nobody has that number. */
export function devicesOf(picture: Picture, extension: string): readonly [string, ...string[]] {
  const [first, ...others] = picture.directory.devicesOf(extension);
  if (first === undefined) throw new ApiError(404, 'Extension does not exist.');
  return [first, ...others];
}

/**
 * Whether the dialplan has a number: 404 when not. Asked before a call is sent there, since Asterisk answers `Success`
 * to a Redirect into nowhere and then loses the call.
 */
export async function requireDialplan({ ami, clickContext }: ControlDeps, dst: string): Promise<void> {
  const response = await ami.action('Getvar', { Variable: `DIALPLAN_EXISTS(${clickContext()},${dst},1)` });
  accepted(response);
  const value = response.get('Value');
  if (value === '1') return;
  if (value === '0') throw new ApiError(404, 'Extension does not exist.');
  throw new ApiError(503, 'Asterisk cannot tell whether the number exists (its module func_dialplan is not loaded)');
}
