import { computed, effect } from '@preact/signals';
import type { Outcome } from '../base/ask.ts';
import { failureText } from '../parts/action.tsx';
import { box } from './box.ts';
import { lastCall } from './last-call.ts';
import { ownMembers, ownName, ownState, wrapUpUntil } from './me.ts';
import { hear, say, type Said } from './messages.ts';
import { ownCall, type OwnCall } from './own-call.ts';
import { own } from './own.ts';
import { dial, dispose, hangUp, pause, ready, transfer } from './verbs.ts';

/** What the page around is told of a call. */
export function toldOf(call: OwnCall): Readonly<Record<string, unknown>> {
  const { uuid, direction, isIncoming, number, name, called, queue, menus } = call;
  return { uuid, direction, incoming: isIncoming, number, name, called, queue, menus };
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 500) : '';

/** What the page around may ask for, by the type of its message. */
const orders: Readonly<Record<string, (said: Said) => Promise<Outcome<unknown>>>> = {
  dial: ({ number }) => dial(text(number)),
  hangup: () => hangUp(),
  transfer: ({ to }) => transfer(text(to)),
  pause: ({ reason, queue }) => pause(text(reason), text(queue) || undefined),
  ready: ({ queue }) => ready(text(queue) || undefined),
  disposition: ({ code, note, uuid, ready: isReady }) =>
    dispose(text(code), text(note), isReady !== false, text(uuid) || undefined),
};

/** Speaks with the page around the bar from now on (docs/pages.md); returns what ends that. */
export function speakWithPage(): () => void {
  const ends = [hear(take), effect(greet), effect(tellState), effect(tellWrapUp), tellCalls(), tellSize()];
  return () => {
    for (const end of ends) end();
  };
}

function take(said: Said): void {
  if (said.type === 'hello') {
    greet();
    tellState();
    return;
  }
  // Object.hasOwn: nobody may name what every object has. Unknown types are ignored.
  const order = Object.hasOwn(orders, said.type) ? orders[said.type] : undefined;
  if (order === undefined) return;
  void order(said).then((outcome) => {
    say({
      type: 'result',
      of: said.type,
      id: said['id'] ?? null,
      ok: outcome.ok,
      message: outcome.ok ? outcome.message : failureText(outcome),
    });
  });
}

/** Not the box's own settings: those are asked for anew whenever it comes back. */
const isKnown = computed(() => box.value !== undefined);

function greet(): void {
  if (!isKnown.value) return;
  say({ type: 'ready', extension: own.value, name: ownName.value });
}

function tellState(): void {
  if (!isKnown.value) return;
  const { is, reason, since } = ownState.value;
  const queues = ownMembers.value.map(({ queue, paused, reason: why }) => ({ queue, paused, reason: why }));
  say({ type: 'state', state: is, reason, since, queues });
}

function tellWrapUp(): void {
  const until = wrapUpUntil.value;
  if (until !== undefined) say({ type: 'wrapup', uuid: lastCall.peek()?.uuid ?? '', until });
}

function tellCalls(): () => void {
  let before: OwnCall | undefined;
  const step = computed(() => (ownCall.value === undefined ? '' : `${ownCall.value.uuid} ${ownCall.value.phase}`));
  return effect(() => {
    const call = step.value === '' ? undefined : ownCall.peek();
    const told = before;
    before = call;
    if (told !== undefined && call?.uuid !== told.uuid) say({ type: 'ended', ...toldOf(told) });
    if (call === undefined) return;
    const isNew = call.uuid !== told?.uuid;
    if (isNew && (call.phase === 'ringing' || call.phase === 'dialling')) say({ type: 'ringing', ...toldOf(call) });
    const wasAnswered = !isNew && (told.phase === 'talking' || told.phase === 'hold');
    if (call.phase === 'talking' && !wasAnswered) say({ type: 'answered', ...toldOf(call) });
  });
}

/** The page around may give the frame the height that the bar has with what is open below it. */
function tellSize(): () => void {
  const place = document.querySelector('main');
  if (place === null) return () => undefined;
  const observer = new ResizeObserver(() => {
    say({ type: 'size', height: Math.ceil(place.getBoundingClientRect().height) });
  });
  observer.observe(place);
  return () => {
    observer.disconnect();
  };
}
