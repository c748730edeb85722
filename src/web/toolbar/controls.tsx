import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../base/language.ts';
import { link } from '../base/live.ts';
import { Action } from '../parts/action.tsx';
import { Icon } from './icon.tsx';
import { openPanel, toggle } from './open-panel.ts';
import { ownCall } from './own-call.ts';
import { dial, hangUp } from './verbs.ts';

/** What can be done: they keep their places, and those that do nothing now are greyed. */
export function Controls(): JSX.Element {
  const number = useSignal('');
  const phase = useComputed(() => (link.value.state === 'live' ? (ownCall.value?.phase ?? '') : ''));
  const isAway = useComputed(() => link.value.state !== 'live');
  const isTalking = phase.value === 'talking' || phase.value === 'hold';
  const run = async (): ReturnType<typeof dial> => {
    const outcome = await dial(number.peek());
    if (outcome.ok) number.value = '';
    return outcome;
  };
  return (
    <div class="controls">
      <form
        class="dial"
        onSubmit={(event) => {
          event.preventDefault();
          event.currentTarget.querySelector('button')?.click();
        }}
      >
        <input
          class="field"
          data-key="dial"
          aria-label={t('bar.dialWhat')}
          title={`${t('bar.dialWhat')} (D)`}
          placeholder={`${t('bar.dial')} …`}
          autocomplete="off"
          spellcheck={false}
          maxLength={200}
          value={number.value}
          onInput={(event) => {
            number.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <Action label={t('bar.dial')} disabled={isAway.value} run={run}>
          <Icon is="dial" />
        </Action>
      </form>
      <button
        type="button"
        class="button"
        disabled={!isTalking}
        aria-label={t('bar.transfer')}
        aria-expanded={openPanel.value === 'transfer'}
        title={`${t('bar.transfer')} (T)`}
        onClick={() => toggle('transfer')}
      >
        <Icon is="transfer" />
      </button>
      <span data-key="hangUp">
        <Action label={t('bar.hangUp')} hint="H" kind="danger" disabled={phase.value === ''} run={hangUp}>
          <Icon is="hangUp" />
        </Action>
      </span>
      <button
        type="button"
        class="button quiet"
        aria-label={t('bar.history')}
        aria-expanded={openPanel.value === 'history'}
        title={`${t('bar.history')} (L)`}
        onClick={() => toggle('history')}
      >
        <Icon is="history" />
      </button>
      <button
        type="button"
        class="button quiet"
        aria-label={t('bar.menu')}
        aria-expanded={openPanel.value === 'menu'}
        title={`${t('bar.menu')} (?)`}
        onClick={() => toggle('menu')}
      >
        <Icon is="menu" />
      </button>
    </div>
  );
}
