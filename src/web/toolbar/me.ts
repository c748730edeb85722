import { computed } from '@preact/signals';
import type { MemberValue } from '../../live/things.ts';
import { extensions, link, members } from '../base/live.ts';
import { who } from '../base/session.ts';
import type { State } from '../parts/shape.tsx';
import { box } from './box.ts';
import { ownCall } from './own-call.ts';
import { own } from './own.ts';

/** The reason that only after-call work has (docs/events.md). */
const wrapUpReason = 'wrap-up';

/** Those of the own phone, one for each queue in which it is logged in, in the order of their names. */
export const ownMembers = computed<readonly MemberValue[]>(() => {
  const order = new Intl.Collator(undefined, { numeric: true });
  return members.values.value
    .filter(({ extension }) => extension !== '' && extension === own.value)
    .sort((a, b) => order.compare(a.queue, b.queue));
});

/** What people call somebody: the name of the queue's member, where that is one; `''`: nobody has named them. */
export function nameOf(extension: string): string {
  const named = members.values.value.find(
    (member) => member.extension === extension && member.name !== '' && !/[/@]/.test(member.name),
  );
  return named === undefined || named.name === extension ? '' : named.name;
}

/** How the own name is shown. */
export const ownName = computed(() => nameOf(own.value) || (who.value?.name ?? ''));

/** Members that after-call work has paused. */
export const atWork = computed(() =>
  ownMembers.value.filter(({ paused, reason }) => paused && reason === wrapUpReason),
);

/** When after-call work ends by itself, in seconds since 1970; `undefined`: there is none. */
export const wrapUpUntil = computed<number | undefined>(() => {
  const began = atWork.value.flatMap(({ pausedSince }) => pausedSince ?? []);
  const seconds = box.value?.wrapupSeconds ?? 0;
  return began.length === 0 || seconds === 0 ? undefined : Math.max(...began) + seconds;
});

/** What the agent is at, for the badge and for the page around the bar. */
export interface OwnState {
  readonly is: 'away' | 'unreachable' | 'ringing' | 'talking' | 'hold' | 'wrapup' | 'paused' | 'loggedOut' | 'idle';
  /** The shape and colour of it. */
  readonly shape: State;
  /** The code of a pause. */
  readonly reason: string;
  readonly since: number | null;
}

/** AST_EXTENSION_UNAVAILABLE. */
const unavailable = '4';

/** What is most important of it: a call is before a pause. */
export const ownState = computed<OwnState>(() => {
  const state = (is: OwnState['is'], shape: State, since: number | null = null, reason = ''): OwnState => ({
    is,
    shape,
    since,
    reason,
  });
  if (link.value.state !== 'live') return state('away', 'trouble');
  const call = ownCall.value;
  if (call !== undefined) {
    if (call.phase === 'ringing' || call.phase === 'dialling') return state('ringing', 'ringing', call.since);
    return call.phase === 'hold' ? state('hold', 'hold', call.since) : state('talking', 'talking', call.since);
  }
  if (extensions.get(own.value)?.status === unavailable) return state('unreachable', 'unreachable');
  const all = ownMembers.value;
  if (all.length === 0) return state('loggedOut', 'unreachable');
  const [working] = atWork.value;
  if (working !== undefined) return state('wrapup', 'wrapup', working.pausedSince);
  const paused = all.filter((member) => member.paused);
  const [first] = paused;
  if (first !== undefined && paused.length === all.length) {
    return state('paused', 'paused', first.pausedSince, first.reason);
  }
  return state('idle', 'idle');
});
