import type { JSX } from 'preact';
import type { Outcome } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { personal } from '../base/personal.ts';
import { Action } from '../parts/action.tsx';
import { Shape } from '../parts/shape.tsx';
import { Countdown } from '../parts/timer.tsx';
import { codes } from './box.ts';
import { Icon } from './icon.tsx';
import { lastCall } from './last-call.ts';
import { grouped } from './number.ts';
import { openPanel, toggle } from './open-panel.ts';
import { dispose, ready } from './verbs.ts';
import './wrap-up.css';

/** What the agent writes about the call; it goes with the disposition. */
export const note = personal('');

/** Gives a disposition, and the note with it. */
export async function give(code: string, isReady: boolean): Promise<Outcome<unknown>> {
  const outcome = await dispose(code, note.peek(), isReady);
  if (outcome.ok) note.value = '';
  return outcome;
}

/** After-call work: what came of the call, and when it ends by itself. */
export function WrapUp({ until }: { readonly until: number | undefined }): JSX.Element {
  const call = lastCall.value;
  return (
    <div class="wrap-up">
      <span class="call-state wrapup">
        <Shape state="wrapup" />
        <span class="hidden">{t('bar.wrapup')}</span>
        {until === undefined ? t('state.wrapup') : <Countdown until={until} />}
      </span>
      {call === undefined ? null : <bdi class="told number figure">{grouped(call.number)}</bdi>}
      <Codes isReady />
      <AllCodes />
      <Action label={t('bar.readyNow')} hint="R" kind="main" run={() => ready()} />
    </div>
  );
}

/** Where they do not fit into the row, all are below it. */
function AllCodes(): JSX.Element | null {
  if (codes.value.dispositions.length === 0) return null;
  return (
    <button
      type="button"
      class="button all-codes"
      aria-label={t('bar.disposition')}
      aria-expanded={openPanel.value === 'disposition'}
      title={`${t('bar.disposition')} (S)`}
      onClick={() => toggle('disposition')}
    >
      <Icon is="more" />
    </button>
  );
}

/** The codes of api.conf, each with its number key, and a note. `isReady`: choosing one ends after-call work. */
export function Codes({ isReady }: { readonly isReady: boolean }): JSX.Element | null {
  const { dispositions } = codes.value;
  if (dispositions.length === 0) return null;
  const given = lastCall.value?.given;
  return (
    <>
      <input
        class="field note"
        aria-label={t('bar.note')}
        placeholder={t('bar.note')}
        maxLength={500}
        value={note.value}
        onInput={(event) => {
          note.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          // Then the number keys are codes again.
          if ((event.key !== 'Enter' && event.key !== 'Escape') || event.isComposing) return;
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.blur();
        }}
      />
      <span class="codes" role="group" aria-label={t('bar.disposition')}>
        {dispositions.map(({ code, text }, i) => (
          <Action
            key={code}
            label={i < 9 ? `${i + 1} ${text}` : text}
            kind={given === code ? 'main' : 'plain'}
            run={() => give(code, isReady)}
          >
            {i < 9 ? <kbd>{i + 1}</kbd> : null} <span class="told">{text}</span>
          </Action>
        ))}
      </span>
    </>
  );
}
