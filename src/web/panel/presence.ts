import { computed, type ReadonlySignal } from '@preact/signals';
import type { CallValue, LegValue, MemberValue } from '../../live/things.ts';
import { box } from '../base/box.ts';
import { calls, extensions, members } from '../base/live.ts';
import type { State } from '../parts/shape.tsx';

/** A phone's part in a call. */
export interface Part {
  readonly call: CallValue;
  readonly leg: LegValue;
}

/** What an extension does at present. */
export interface Presence {
  readonly state: State;
  /** The reason of a pause. */
  readonly reason: string;
  /** Seconds since 1970; `null`: unknown. */
  readonly since: number | null;
  /** When after-call work ends at the latest; `null`: it is none, or nobody knows. */
  readonly until: number | null;
  /** Who it is with: number and name. */
  readonly number: string;
  readonly name: string;
}

/** The reason by which the box marks after-call work. */
export const wrapUp = 'wrap-up';

/** `AST_EXTENSION` bits. */
const [inUse, unavailable, ringing, onHold] = [3, 4, 8, 16];
/** `AST_DEVICE`: the phone cannot be reached. */
const deviceUnavailable = 5;

/** The parts of all extensions in calls. */
const parts = computed(() => {
  const found = new Map<string, Part[]>();
  for (const call of calls.values.value) {
    for (const leg of call.legs) {
      if (leg.extension !== '') found.set(leg.extension, [...(found.get(leg.extension) ?? []), { call, leg }]);
    }
  }
  return found;
});

/** The memberships of all extensions. */
const memberships = computed(() => {
  const found = new Map<string, MemberValue[]>();
  for (const member of members.values.value) {
    found.set(member.extension, [...(found.get(member.extension) ?? []), member]);
  }
  return found;
});

/** Where an extension is logged in. */
export function membershipsOf(extension: string): readonly MemberValue[] {
  return extension === '' ? [] : (memberships.value.get(extension) ?? []);
}

/** The part that counts: where it talks, else what it holds, else what rings. Commands of the box choose the same. */
export function frontOf(extension: string): Part | undefined {
  const rank = ({ leg }: Part): number => (leg.state === 'up' ? (leg.onHold ? 1 : 0) : 2);
  return parts.value.get(extension)?.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** The others of a call, as one of its legs sees them. */
export function othersOf({ call, leg }: Part): readonly LegValue[] {
  return call.legs.filter(({ uniqueid }) => uniqueid !== leg.uniqueid);
}

/** Names that extensions had in calls: they stay when the call is over. */
const names = new Map<string, string>();

/** A name that says more than the number; `''`: there is none. */
export function nameOf(extension: string): string {
  const isName = (name: string): boolean => name !== '' && name !== extension && !name.includes('/');
  const member = membershipsOf(extension).find(({ name }) => isName(name));
  if (member !== undefined) return member.name;
  const leg = frontOf(extension)?.leg.name ?? '';
  if (isName(leg)) names.set(extension, leg);
  return names.get(extension) ?? '';
}

/** What an extension does. */
export function presenceOf(extension: string): Presence {
  const part = frontOf(extension);
  const own = membershipsOf(extension);
  return part === undefined ? alone(extension, own) : inCall(part);
}

function inCall(part: Part): Presence {
  const { leg, call } = part;
  const others = othersOf(part);
  const other = others.find(({ state }) => state === 'up') ?? others[0];
  const state: State = leg.state === 'up' ? (leg.onHold ? 'hold' : 'talking') : 'ringing';
  const number = other === undefined ? call.dialled : other.extension || other.number;
  return { state, reason: '', since: leg.answeredSince ?? leg.since, until: null, number, name: other?.name ?? '' };
}

function alone(extension: string, own: readonly MemberValue[]): Presence {
  const nobody = { reason: '', since: null, until: null, number: '', name: '' };
  const status = Number(extensions.get(extension)?.status ?? 0);
  const isAway = own.length > 0 && own.every((member) => member.status === deviceUnavailable);
  if ((status & unavailable) !== 0 || isAway) return { ...nobody, state: 'unreachable' };
  if ((status & ringing) !== 0) return { ...nobody, state: 'ringing' };
  if ((status & onHold) !== 0) return { ...nobody, state: 'hold' };
  if ((status & inUse) !== 0) return { ...nobody, state: 'talking' };
  const [first] = own;
  if (first !== undefined && own.every(({ paused }) => paused)) return { ...nobody, ...pauseOf(own) };
  const last = Math.max(0, ...own.map(({ lastCall }) => lastCall ?? 0));
  return { ...nobody, state: 'idle', since: last === 0 ? null : last };
}

/** What the pause of memberships, all of them paused, looks like. */
export function pauseOf(own: readonly MemberValue[]): Pick<Presence, 'state' | 'reason' | 'since' | 'until'> {
  const moments = own.map(({ pausedSince }) => pausedSince).filter((moment) => moment !== null);
  const reason = own.find((member) => member.reason !== '')?.reason ?? '';
  const isWork = own.some((member) => member.reason === wrapUp);
  const since = moments.length === 0 ? null : Math.min(...moments);
  const most = box.value?.wrapupSeconds ?? 0;
  return {
    state: isWork ? 'wrapup' : 'paused',
    reason: isWork || reason === 'agent-pause' ? '' : reason,
    since,
    until: isWork && since !== null && most > 0 ? since + most : null,
  };
}

/** A computed value that stays the same object while it says the same: who shows it is not drawn anew. */
export function steady<T>(read: () => T): ReadonlySignal<T> {
  let last: { readonly text: string; readonly value: T } | undefined;
  return computed(() => {
    const value = read();
    const text = JSON.stringify(value);
    if (last?.text !== text) last = { text, value };
    return last.value;
  });
}
