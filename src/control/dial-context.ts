import { glob } from '../picture/glob.ts';
import type { ControlDeps } from './deps.ts';
import { requireSuccess } from '../ami/require-success.ts';
import { contextOf } from './phones.ts';

/**
 * The context in which a number is dialled for whoever sits at a device: its own where it is none of those that
 * `[dialplan] internal` names, so that the API dials no more for somebody than their class of service lets them; else
 * `[dialplan] click`, also where Asterisk does not tell.
 */
export async function dialContextOf(
  deps: Pick<ControlDeps, 'ami' | 'clickContext' | 'internalContexts'>,
  device: string,
): Promise<string> {
  const own = await contextOf(deps, device);
  return own === undefined || glob(deps.internalContexts(), own) ? deps.clickContext() : own;
}

/** Whether the dialplan has a number; `undefined`: Asterisk cannot tell (its module func_dialplan is not loaded). */
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
