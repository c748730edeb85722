import { glob } from '../picture/glob.ts';
import { requireSuccess } from '../ami/require-success.ts';
import { Refusal } from '../system/refusal.ts';
import type { ControlDeps } from './deps.ts';
import { unknownExtension } from './extension.ts';
import { contextOf } from './phones.ts';

/**
 * The context in which a number is dialled for the user of a device. If the device's own context is not one of
 * `[dialplan] internal`, that context is used, so that the API dials no more than the user's class of service allows.
 * Otherwise, and if Asterisk does not say, it is `[dialplan] click`.
 */
export async function dialContextOf(
  deps: Pick<ControlDeps, 'ami' | 'clickContext' | 'internalContexts'>,
  device: string,
): Promise<string> {
  const own = await contextOf(deps, device);
  return own === undefined || glob(deps.internalContexts(), own) ? deps.clickContext() : own;
}

/** Digits of a number that may be one outside. */
const leastOutside = 5;

/**
 * What to dial in a context for a number: itself, or, where the dialplan has it only so, with `[dialplan] outside` before
 * it. `exists`: `undefined` if Asterisk cannot tell (func_dialplan is not loaded).
 */
export async function dialledIn(
  deps: Pick<ControlDeps, 'ami' | 'outside'>,
  context: string,
  dst: string,
): Promise<{ readonly number: string; readonly exists: boolean | undefined }> {
  const exists = await numberExists(deps, context, dst);
  const outside = deps.outside();
  if (exists !== false || outside === '' || !/^\d+$/.test(dst) || dst.length < leastOutside)
    return { number: dst, exists };
  const whole = outside + dst;
  return (await numberExists(deps, context, whole)) === true
    ? { number: whole, exists: true }
    : { number: dst, exists: false };
}

/** Whether the dialplan has a number; `undefined` if Asterisk cannot tell. */
export async function numberExists(
  { ami }: Pick<ControlDeps, 'ami'>,
  context: string,
  dst: string,
): Promise<boolean | undefined> {
  const response = await ami.action('Getvar', { Variable: `DIALPLAN_EXISTS(${context},${dst},1)` });
  requireSuccess(response);
  const value = response.get('Value');
  return value === '1' ? true : value === '0' ? false : undefined;
}

/**
 * What to dial for a number to which a call is about to be sent. Refused unless the dialplan has it: `not-found`, or
 * `unavailable` if Asterisk cannot tell, and would lose the call if there is none.
 */
export async function requireNumber(
  deps: Pick<ControlDeps, 'ami' | 'outside'>,
  context: string,
  dst: string,
): Promise<string> {
  const { number, exists } = await dialledIn(deps, context, dst);
  if (exists === false) throw unknownExtension();
  if (exists === undefined) {
    throw new Refusal(
      'unavailable',
      'Asterisk cannot tell whether the number exists (its module func_dialplan is not loaded)',
    );
  }
  return number;
}
