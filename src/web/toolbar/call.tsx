import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { ticking } from '../base/format.ts';
import { t } from '../base/language.ts';
import { useCopying } from '../parts/copying.ts';
import { Shape } from '../parts/shape.tsx';
import { Timer } from '../parts/timer.tsx';
import './call.css';
import { heldSeconds } from './hold.ts';
import { Icon } from './icon.tsx';
import { grouped } from './number.ts';
import { ownCalls, type OwnCall, type Phase } from './own-call.ts';
import { isPopBlocked, linkTo, popAddress } from './pop.ts';
import { dialled } from './verbs.ts';

const shapes = { ringing: 'ringing', dialling: 'ringing', talking: 'talking', hold: 'hold' } as const satisfies Record<
  Phase,
  string
>;

/** The call of the own phone: who, from where, and how long. */
export function Call({ call }: { readonly call: OwnCall }): JSX.Element {
  const { phase, since, queue, menus, name, direction } = call;
  const number = call.number !== '' || call.isIncoming ? call.number : dialled.value || call.called;
  const hold = useComputed(() => ticking(heldSeconds.value));
  const isHeld = useComputed(() => heldSeconds.value > 0);
  const others = ownCalls.value.length - 1;
  return (
    <div class={`call ${shapes[phase]}`} data-phase={phase}>
      <span class="call-state">
        <Shape state={shapes[phase]} />
        <span class="call-word">{wordOf(phase)}</span>
      </span>
      <CallerNumber number={number} />
      {name === '' ? null : (
        <span class="told name" dir="auto" title={name}>
          {name}
        </span>
      )}
      <Path menus={menus} queue={queue} />
      {menus.length === 0 && queue === '' && direction === 'internal' ? (
        <span class="told path">{t('bar.colleague')}</span>
      ) : null}
      <span class="timers">
        <Timer since={since} />
        {isHeld.value ? (
          <span class="hold figure">
            {t('bar.hold')} {hold}
          </span>
        ) : null}
        {others > 0 ? (
          <span class="others" title={t('bar.more', { n: others })}>
            <span aria-hidden="true">+{others}</span>
            <span class="hidden">{t('bar.more', { n: others })}</span>
          </span>
        ) : null}
      </span>
      <Customer />
    </div>
  );
}

/** The menus that the caller heard, and the queue: where there is no room for all, the queue is what stays. */
function Path({ menus, queue }: Pick<OwnCall, 'menus' | 'queue'>): JSX.Element | null {
  const whole = [...menus, queue].filter(Boolean);
  if (whole.length === 0) return null;
  return (
    <span class="path" title={whole.join(' › ')}>
      {menus.length === 0 ? null : (
        <span class="told menus" dir="auto">
          {menus.join(' › ')}
        </span>
      )}
      {menus.length === 0 || queue === '' ? null : <span class="then"> › </span>}
      {queue === '' ? null : (
        <span class="told queue" dir="auto">
          {queue}
        </span>
      )}
    </span>
  );
}

/** The page of the customer, by hand; and what the browser did to it. */
function Customer(): JSX.Element | null {
  const { value: address } = popAddress;
  if (address === '') return null;
  const isBlocked = isPopBlocked.value;
  const why = isBlocked ? t('bar.blocked', { host: location.host }) : '';
  return (
    <span class="customer">
      <span class="blocked" role="alert" title={why}>
        {why}
      </span>
      <a
        class={isBlocked ? 'button main' : 'button'}
        {...linkTo(address)}
        title={`${t('bar.open')} (O)`}
        onClick={() => {
          isPopBlocked.value = false;
        }}
      >
        <Icon is="open" />
        <span class={isBlocked ? '' : 'hidden'}>{isBlocked ? t('bar.openNow') : t('bar.open')}</span>
      </a>
    </span>
  );
}

/** Copied by a click. */
function CallerNumber({ number }: { readonly number: string }): JSX.Element {
  const { outcome, said, start } = useCopying();
  if (number === '') return <span class="number">{t('bar.unknown')}</span>;
  return (
    <button
      type="button"
      class="number"
      title={t('bar.copy')}
      aria-label={`${grouped(number)}, ${t('bar.copy')}`}
      onClick={() => {
        start(number);
      }}
    >
      <bdi class="figure">{grouped(number)}</bdi>
      <Icon is="copy" />
      <output class={`copied ${outcome}`} aria-live="polite">
        {said}
      </output>
    </button>
  );
}

/** How far a call is, in a word. */
export function wordOf(phase: Phase): string {
  if (phase === 'ringing') return t('bar.calls');
  if (phase === 'dialling') return t('bar.calling');
  return t(phase === 'hold' ? 'state.hold' : 'state.talking');
}
