import type { CallerValue, CallValue } from '../../live/things.ts';
import { ask, type Outcome } from '../base/ask.ts';
import { callers } from '../base/live.ts';
import { who } from '../base/session.ts';
import { may, mayActFor } from './may.ts';
import { frontOf, othersOf } from './presence.ts';

/** Who can be handed over: the other side of an extension's call, or a caller who waits in a queue. */
export type Handed = { readonly extension: string } | { readonly uniqueid: string };

/** Hands over, to an extension, a queue or a number. */
export function handOver(handed: Handed, dst: string): Promise<Outcome<unknown>> {
  return 'extension' in handed
    ? ask('POST', 'extensions/transfer', { src: handed.extension, dst })
    : ask('POST', 'queues/transfer', { uniqueid: handed.uniqueid, dst });
}

/** The extension whose side of a call is worked on: the one that talks to whom the call is about, the last to join. */
export function sideOf(call: CallValue): string {
  const own = who.value?.extension ?? '';
  const sides = call.legs.filter(({ extension }) => extension !== '' && frontOf(extension)?.call.call === call.call);
  const mine = sides.find(({ extension }) => extension === own);
  if (!may('supervisor')) return mine?.extension ?? '';
  return (sides.findLast(({ state }) => state === 'up') ?? sides.at(-1))?.extension ?? '';
}

/** What the call of an extension hands over; `undefined`: it is in none that can be. */
export function handsOver(extension: string): Handed | undefined {
  const part = frontOf(extension);
  const canBe = part?.leg.state === 'up' && othersOf(part).some(({ state }) => state === 'up') && mayActFor(extension);
  return canBe ? { extension } : undefined;
}

/** What a caller who waits is handed over as; `undefined`: who signed in may not. */
export function waits({ uniqueid }: CallerValue): Handed | undefined {
  return may('supervisor') ? { uniqueid } : undefined;
}

/** The same of the caller of a call, if they wait. */
export function waitsIn({ call }: CallValue): Handed | undefined {
  const caller = callers.values.value.find((one) => one.call === call);
  return caller === undefined ? undefined : waits(caller);
}
