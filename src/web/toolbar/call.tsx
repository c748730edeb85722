import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { ticking } from '../base/format.ts';
import { t } from '../base/language.ts';
import { Shape } from '../parts/shape.tsx';
import { Timer } from '../parts/timer.tsx';
import './call.css';
import { heldSeconds } from './hold.ts';
import { Icon } from './icon.tsx';
import { grouped } from './number.ts';
import { ownCalls, type OwnCall, type Phase } from './own-call.ts';
import { isPopBlocked, open, popAddress } from './pop.ts';
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
  const path = [...menus, ...(queue === '' ? [] : [queue])];
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
      {path.length > 0 ? (
        <span class="told path" dir="auto" title={path.join(' › ')}>
          {path.join(' › ')}
        </span>
      ) : direction === 'internal' ? (
        <span class="told path">{t('bar.colleague')}</span>
      ) : null}
      <span class="timers">
        <Timer since={since} />
        {isHeld.value ? (
          <span class="hold figure">
            {t('bar.hold')} {hold}
          </span>
        ) : null}
        {others > 0 ? <span class="others">{t('bar.more', { n: others })}</span> : null}
      </span>
      <Customer />
    </div>
  );
}

/** The page of the customer, by hand; and what the browser did to it. */
function Customer(): JSX.Element | null {
  const { value: address } = popAddress;
  if (address === '') return null;
  return (
    <span class="customer">
      {isPopBlocked.value ? (
        <span class="blocked" role="alert">
          {t('bar.blocked', { host: location.host })}
        </span>
      ) : null}
      <button
        type="button"
        class="button"
        aria-label={t('bar.open')}
        title={`${t('bar.open')} (O)`}
        onClick={() => {
          open(address);
        }}
      >
        <Icon is="open" />
      </button>
    </span>
  );
}

/** Copied by a click. */
function CallerNumber({ number }: { readonly number: string }): JSX.Element {
  const isCopied = useSignal(false);
  if (number === '') return <span class="number">{t('bar.unknown')}</span>;
  return (
    <button
      type="button"
      class="number"
      title={t('bar.copy')}
      aria-label={`${grouped(number)}, ${t('bar.copy')}`}
      onClick={() => {
        void copy(number).then((isDone) => {
          isCopied.value = isDone;
          setTimeout(() => (isCopied.value = false), 1_500);
        });
      }}
    >
      <bdi class="figure">{grouped(number)}</bdi>
      <Icon is="copy" />
      <output class="copied" aria-live="polite">
        {isCopied.value ? t('bar.copied') : ''}
      </output>
    </button>
  );
}

/** Browsers have a clipboard for pages by https only, and not for frames. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'hidden';
    document.body.append(field);
    const before = document.activeElement;
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way that is left to them
    const isDone = document.execCommand('copy');
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    return isDone;
  }
}

/** How far a call is, in a word. */
export function wordOf(phase: Phase): string {
  if (phase === 'ringing') return t('bar.calls');
  if (phase === 'dialling') return t('bar.calling');
  return t(phase === 'hold' ? 'state.hold' : 'state.talking');
}
