import type { JSX } from 'preact';
import { timeOfDay } from '../base/format.ts';
import { t } from '../base/language.ts';
import { codes, wordsOf } from './box.ts';
import { lastCall } from './last-call.ts';
import { grouped } from './number.ts';
import { openPanel, toggle } from './open-panel.ts';

/** No call: the last one, and what came of it. */
export function Idle(): JSX.Element {
  const { value: call } = lastCall;
  if (call?.end === undefined) return <p class="no-call">{t('bar.nothing')}</p>;
  const { dispositions } = codes.value;
  const { given } = call;
  return (
    <div class="no-call">
      <span class="last-word">{t('bar.last')}</span>
      <bdi class="figure told">{grouped(call.number)}</bdi>
      <time class="figure">{timeOfDay(call.end, false)}</time>
      {given === undefined && dispositions.length === 0 ? null : (
        <button
          type="button"
          class="button quiet"
          aria-expanded={openPanel.value === 'disposition'}
          title={`${t('bar.disposition')} (S)`}
          onClick={() => toggle('disposition')}
        >
          <span class="told">
            {given === undefined ? t('bar.disposition') : t('bar.given', { text: wordsOf(dispositions, given) })}
          </span>
        </button>
      )}
    </div>
  );
}
