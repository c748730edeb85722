import { computed, effect, signal } from '@preact/signals';
import { boxTime, now } from '../base/clock.ts';
import { ownCall } from './own-call.ts';

/** How long the others were on hold in a call, as far as this page has seen. */
interface Held {
  readonly uniqueid: string;
  /** Seconds of what is over. */
  readonly before: number;
  readonly since: number | undefined;
}

const held = signal<Held | undefined>(undefined);

/** Seconds on hold in the present call; 0: never. */
export const heldSeconds = computed(() => {
  if (held.value === undefined) return 0;
  const { before, since } = held.value;
  return before + (since === undefined ? 0 : Math.max(0, now.value - since));
});

/** Watches the own call from now on; returns what ends that. */
export function watchHold(): () => void {
  const uniqueid = computed(() => ownCall.value?.uniqueid);
  const isHeld = computed(() => ownCall.value?.phase === 'hold');
  return effect(() => {
    const id = uniqueid.value;
    const isOn = isHeld.value;
    const known = held.peek();
    if (id === undefined) {
      held.value = undefined;
      return;
    }
    const moment = Math.floor(boxTime() / 1000);
    const same = known?.uniqueid === id ? known : { uniqueid: id, before: 0, since: undefined };
    if (isOn === (same.since !== undefined)) held.value = same;
    else if (isOn) held.value = { ...same, since: moment };
    else held.value = { ...same, before: same.before + Math.max(0, moment - (same.since ?? moment)), since: undefined };
  });
}
