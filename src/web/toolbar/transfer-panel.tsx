import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { ExtensionValue } from '../../live/things.ts';
import { t } from '../base/language.ts';
import { extensions, members } from '../base/live.ts';
import { toast } from '../base/toasts.ts';
import { failureText } from '../parts/action.tsx';
import { ListBox, type Choice } from '../parts/list-box.tsx';
import type { State } from '../parts/shape.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { nameOf } from './me.ts';
import { closePanel } from './open-panel.ts';
import { own } from './own.ts';
import { ownCall } from './own-call.ts';
import { Panel } from './panel.tsx';
import { transfer } from './verbs.ts';

/** Colleagues, the free ones first; or any number. Enter hands the call over. */
export function TransferPanel(): JSX.Element {
  const choices = useComputed(colleagues);
  const said = useSignal({ text: '', isTrouble: false });
  const hasCall = useComputed(() => ownCall.value?.phase === 'talking' || ownCall.value?.phase === 'hold');
  const pick = async ({ key }: Choice): Promise<void> => {
    said.value = { text: t('bar.transferring', { to: key }), isTrouble: false };
    const outcome = await transfer(key);
    if (!outcome.ok) {
      said.value = { text: failureText(outcome), isTrouble: true };
      return;
    }
    closePanel();
    toast(t('bar.transferred', { to: key }));
  };
  return (
    <Panel title={t('bar.transferTo')}>
      <ListBox
        label={t('bar.transferTo')}
        placeholder={t('bar.transferWhat')}
        choices={choices.value}
        free={(typed) => ({ key: typed, text: typed, shown: t('bar.otherNumber', { number: typed }) })}
        onPick={(choice) => void pick(choice)}
        onCancel={() => closePanel()}
      />
      <output class={said.value.isTrouble ? 'panel-outcome trouble' : 'panel-outcome'} aria-live="polite">
        {said.value.text !== '' ? said.value.text : hasCall.value ? '' : t('bar.noTransfer')}
      </output>
    </Panel>
  );
}

/** Free ones first, then those who can be called at all. */
const order: readonly (State | '')[] = ['idle', '', 'paused', 'wrapup', 'hold', 'talking', 'ringing', 'unreachable'];

function colleagues(): readonly Choice[] {
  const byNumber = new Intl.Collator(undefined, { numeric: true });
  return extensions.values.value
    .filter(({ extension }) => extension !== own.value)
    .map((one) => ({ one, state: stateOf(one) }))
    .sort(
      (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || byNumber.compare(a.one.extension, b.one.extension),
    )
    .map(({ one: { extension }, state }) => {
      const name = nameOf(extension);
      return {
        key: extension,
        text: `${extension} ${name}`.trim(),
        shown: (
          <span class="colleague">
            <bdi class="figure">{extension}</bdi>
            <span class="told" dir="auto">
              {name}
            </span>
            {state === '' ? null : <StateBadge state={state} />}
          </span>
        ),
      };
    });
}

/**
 * AST_EXTENSION: 4 unavailable, 8 ringing, 16 on hold; whatever else is not 0 is in a call. `''`: nobody tells whether the
 * phone can be reached, since it has no hint.
 */
function stateOf({ extension, status, devices }: ExtensionValue): State | '' {
  const bits = Number(status ?? '0');
  if (bits === 4 || devices.length === 0) return 'unreachable';
  if (devices.some(({ state }) => state === 'talking' || state === 'calling')) return 'talking';
  if (devices.some(({ state }) => state === 'ringing')) return 'ringing';
  if (devices.some(({ state }) => state === 'onhold')) return 'hold';
  if (status === null) return '';
  if (bits !== 0) return bits === 8 ? 'ringing' : 'talking';
  const seats = members.values.value.filter((member) => member.extension === extension);
  const paused = seats.filter(({ paused: is }) => is);
  if (seats.length === 0 || paused.length < seats.length) return 'idle';
  return paused.some(({ reason }) => reason === 'wrap-up') ? 'wrapup' : 'paused';
}
