import { computed } from '@preact/signals';
import type { CallValue, LegValue } from '../../live/things.ts';
import { calls } from '../base/live.ts';
import { box } from './box.ts';
import { own } from './own.ts';

/**
 * How far a call of the own phone is. `ringing`: somebody calls it. `dialling`: it calls somebody, or the box rings it to
 * do so. `hold`: it has put the others on hold.
 */
export type Phase = 'ringing' | 'dialling' | 'talking' | 'hold';

/** The call that the own phone has, as the bar shows it. */
export interface OwnCall {
  readonly uuid: string;
  readonly phase: Phase;
  readonly direction: CallValue['direction'];
  /** Whether somebody called this phone, in contrast to the other way round. */
  readonly isIncoming: boolean;
  /** Since when it is as far. */
  readonly since: number;
  /** Of the other side; `''`: unknown. */
  readonly number: string;
  readonly name: string;
  /** What the caller dialled; `''`: unknown. */
  readonly called: string;
  readonly queue: string;
  /** Names of the menus that the caller heard, in their order. */
  readonly menus: readonly string[];
  /** Of the own phone's channel. */
  readonly uniqueid: string;
}

/** Of several, the one that matters most. */
const order: readonly Phase[] = ['talking', 'ringing', 'dialling', 'hold'];

/** The calls of the own phone, the one that matters most first. */
export const ownCalls = computed<readonly OwnCall[]>(() => {
  const extension = own.value;
  if (extension === '') return [];
  return calls.values.value
    .flatMap((call) => viewOf(call, extension) ?? [])
    .sort((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase));
});

/** The one that the bar shows. */
export const ownCall = computed<OwnCall | undefined>(() => ownCalls.value[0]);

/** `undefined`: the extension takes no part in it. */
function viewOf(call: CallValue, extension: string): OwnCall | undefined {
  const legs = call.legs.filter((leg) => leg.extension === extension);
  const leg = legs.find(({ state }) => state === 'up') ?? legs[0];
  if (leg === undefined) return undefined;
  const others = call.legs.filter((one) => one.extension !== extension);
  const other = others.find((one) => one.extension === '') ?? others.find(({ state }) => state === 'up') ?? others[0];
  // Whoever calls is there before the phone that rings.
  const isIncoming = other !== undefined && call.legs.indexOf(other) < call.legs.indexOf(leg);
  const phase = phaseOf(leg, other, isIncoming);
  return {
    uuid: call.call,
    phase,
    direction: call.direction,
    isIncoming,
    since: phase === 'talking' || phase === 'hold' ? (leg.answeredSince ?? leg.since) : leg.since,
    number: other?.number ?? '',
    name: other === undefined || other.name === other.number ? '' : other.name,
    called: call.dialled,
    queue: call.queue,
    menus: call.menus.map(nameOfMenu),
    uniqueid: leg.uniqueid,
  };
}

function phaseOf(leg: LegValue, other: LegValue | undefined, isIncoming: boolean): Phase {
  if (leg.state === 'ringing') return isIncoming ? 'ringing' : 'dialling';
  if (leg.state === 'calling' || other === undefined) return 'dialling';
  if (!isIncoming && other.state !== 'up') return 'dialling';
  return leg.onHold ? 'hold' : 'talking';
}

/** Its name in `[ivr]` of api.conf, by id or context; else its id. */
function nameOfMenu({ id, context }: CallValue['menus'][number]): string {
  const names = box.value?.menus ?? {};
  return names[id.toLowerCase()] ?? names[context.toLowerCase()] ?? id;
}
