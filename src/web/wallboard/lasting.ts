import { effect } from '@preact/signals';
import { isOutdated } from '../base/box.ts';
import { renew, who } from '../base/session.ts';

/** Milliseconds between two renewals of the session. */
const renewEvery = 12 * 3_600_000;

/**
 * Nobody sits before a wallboard: its session renews itself, and after an update of the box it loads itself anew. Returns
 * what ends that.
 */
export function last(): () => void {
  const prolong = (): void => {
    if (who.peek()?.role === 'wallboard') void renew();
  };
  prolong();
  const timer = setInterval(prolong, renewEvery);
  const end = effect(() => {
    if (isOutdated.value) location.reload();
  });
  return () => {
    clearInterval(timer);
    end();
  };
}
