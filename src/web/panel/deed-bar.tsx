import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Outcome } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { chosen, idOf, type Thing } from './chosen.ts';
import { doing, type Deed } from './deed.ts';
import { deedsOf } from './deeds.ts';
import { tellAt } from './outcomes.ts';
import { Told } from './pick.tsx';
import { titleOf } from './title.ts';

/** Where outcomes are told. */
const barId = 'deeds';

/** What is chosen, and what may be done with it; always in its place, whether or not there is something. */
export function DeedBar(): JSX.Element {
  const { value: thing } = chosen;
  return (
    <section class="deed-bar" aria-label={t('panel.actions')}>
      {thing === undefined ? <p class="soft">{t('panel.chooseFirst')}</p> : <Deeds key={idOf(thing)} thing={thing} />}
      <Told id={barId} />
    </section>
  );
}

function Deeds({ thing }: { readonly thing: Thing }): JSX.Element {
  const deeds = deedsOf(thing);
  return (
    <>
      <strong class="told">{titleOf(thing)}</strong>
      <span class="deeds">
        {deeds.length === 0 ? <span class="soft">{t('panel.nothingToDo')}</span> : null}
        {deeds.map((deed) => (
          <span key={deed.id} data-deed={deed.id}>
            <DeedButton deed={deed} />
          </span>
        ))}
      </span>
    </>
  );
}

/** A button for something that may be done: it does it, asks once, or opens a list to choose from. */
function DeedButton({ deed }: { readonly deed: Deed }): JSX.Element {
  const isAsking = useSignal(false);
  const { label, key, isDanger = false, asks, options } = deed;
  const asked = isAsking.value && asks !== undefined ? asks : undefined;
  const press = (): void => {
    if (asks !== undefined && !isAsking.value) {
      isAsking.value = true;
      return;
    }
    isAsking.value = false;
    if (options === undefined) void carryOut(deed, '');
    else doing.value = deed;
  };
  return (
    <button
      type="button"
      class={`button ${isDanger ? 'danger' : 'plain'} ${asked === undefined ? '' : 'asking'}`}
      aria-haspopup={options === undefined ? undefined : 'dialog'}
      onClick={(event) => {
        press();
        // Enter confirms.
        event.currentTarget.focus();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isAsking.value) return;
        event.stopPropagation();
        isAsking.value = false;
      }}
      onBlur={() => {
        isAsking.value = false;
      }}
    >
      <span aria-live="polite">{asked ?? label}</span>
      {asked === undefined ? key === '' ? null : <kbd>{key.toUpperCase()}</kbd> : <kbd>Enter</kbd>}
    </button>
  );
}

/** Does it, and tells in the bar what comes of it: what it was done to may be gone by then. */
export async function carryOut(deed: Deed, picked: string): Promise<Outcome<unknown>> {
  return await tellAt(barId, deed.run(picked), deed.label);
}
