import { glob } from '../picture/glob.ts';
import type { ControlDeps } from './deps.ts';
import { requireSuccess } from '../ami/require-success.ts';
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

/** Whether the dialplan has a number; `undefined` if Asterisk cannot tell (func_dialplan is not loaded). */
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
