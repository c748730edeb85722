import { computed, effect } from '@preact/signals';
import { announce } from '../base/announce.ts';
import { t } from '../base/language.ts';
import { atWork } from './me.ts';
import { grouped } from './number.ts';
import { ownCall, type Phase } from './own-call.ts';

/** Says what happens to who cannot see it; what rings interrupts. Returns what ends that. */
export function readOut(): () => void {
  const phase = computed<Phase | ''>(() => ownCall.value?.phase ?? '');
  const isWorking = computed(() => atWork.value.length > 0);
  let before: Phase | '' = '';
  const ends = [
    effect(() => {
      const is = phase.value;
      const call = ownCall.peek();
      const was = before;
      before = is;
      if (call === undefined) {
        if (was !== '') announce(t('bar.saysEnded'));
        return;
      }
      const who = `${call.name} ${grouped(call.number)}`.trim() || t('bar.unknown');
      const queue = [...call.menus, call.queue].filter(Boolean).join(', ');
      if (is === 'ringing') announce(t('bar.saysRinging', { who, queue }), 'assertive');
      else if (is === 'talking' && was !== 'hold') announce(t('bar.saysAnswered', { who }));
    }),
    effect(() => {
      if (isWorking.value) announce(t('bar.saysWrapUp'));
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
