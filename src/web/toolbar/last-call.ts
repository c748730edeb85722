import { computed, effect } from '@preact/signals';
import { boxTime } from '../base/clock.ts';
import { kept } from '../base/kept.ts';
import { ownCall, type OwnCall } from './own-call.ts';
import { own } from './own.ts';

/** The call that is over, or goes on: what its disposition is given for. */
export interface LastCall extends Pick<OwnCall, 'uuid' | 'number' | 'name' | 'queue' | 'since'> {
  /** Whose phone it was. */
  readonly extension: string;
  /** When it was over; `undefined`: it goes on. */
  readonly end?: number;
  /** The disposition that was given. */
  readonly given?: string;
}

/** All tabs agree on it, and it is still there when the page is loaded again. */
const stored = kept('bar.lastCall');

/** The last call that the own phone talked in, or made. */
export const lastCall = computed<LastCall | undefined>(() => {
  try {
    const call = JSON.parse(stored.value || 'null') as LastCall | null;
    return call !== null && call.extension === own.value && typeof call.uuid === 'string' ? call : undefined;
  } catch {
    // Another version of this page may have kept something else.
    return undefined;
  }
});

/** Notes the own calls from now on; returns what ends that. */
export function noteLastCall(): () => void {
  return effect(() => {
    const call = ownCall.value;
    const known = lastCall.peek();
    if (call === undefined) {
      if (known !== undefined && known.end === undefined) put({ ...known, end: Math.floor(boxTime() / 1000) });
      return;
    }
    // A phone that only rang has no part in what came of a call.
    if (call.phase === 'ringing' || (call.phase === 'dialling' && call.number === '')) return;
    const { uuid, number, name, queue, since } = call;
    const given = known?.uuid === uuid ? known.given : undefined;
    put({ uuid, number, name, queue, since, extension: own.peek(), ...(given === undefined ? {} : { given }) });
  });
}

/** A disposition was taken. */
export function noteGiven(uuid: string, code: string): void {
  const known = lastCall.peek();
  if (known?.uuid === uuid) put({ ...known, given: code });
}

function put(call: LastCall): void {
  stored.value = JSON.stringify(call);
}
