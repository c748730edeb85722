import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ask, type Outcome } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { Action, failureText } from '../parts/action.tsx';

/** The numbers that are turned away: add one, take one away. */
export function Blacklist(): JSX.Element {
  const numbers = useSignal<readonly string[] | undefined>(undefined);
  const failure = useSignal('');
  const typed = useSignal('');
  const read = async (): Promise<void> => {
    const outcome = await ask<readonly string[]>('GET', 'blacklist/index');
    failure.value = outcome.ok ? '' : failureText(outcome);
    if (outcome.ok) numbers.value = outcome.data;
  };
  useEffect(() => {
    void read();
  }, []);
  const change = async (method: 'POST' | 'DELETE', path: string, number: string): Promise<Outcome<unknown>> => {
    const outcome = await ask(method, path, { number });
    if (outcome.ok) void read();
    return outcome;
  };
  return (
    <>
      <div class="filters">
        <label>
          <span>{t('panel.number')}</span>
          <input
            class="field"
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
          />
        </label>
        <Action
          label={t('panel.block')}
          disabled={typed.value.trim() === ''}
          run={async () => {
            const outcome = await change('POST', 'blacklist/create', typed.value);
            if (outcome.ok) typed.value = '';
            return outcome;
          }}
        />
      </div>
      {failure.value === '' ? null : <p class="failed">{failure.value}</p>}
      {numbers.value?.length === 0 ? <p class="empty">{t('drawer.noneBlocked')}</p> : null}
      <ul class="lines">
        {numbers.value?.map((number) => (
          <li key={number}>
            <span class="figure">{number}</span>
            <Action label={t('drawer.unblock')} run={() => change('DELETE', 'blacklist/delete', number)} />
          </li>
        ))}
      </ul>
    </>
  );
}
