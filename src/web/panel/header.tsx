import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../base/language.ts';
import { link } from '../base/live.ts';
import { who } from '../base/session.ts';
import { Away } from '../parts/away.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Preferences } from '../parts/preferences.tsx';
import { Shape } from '../parts/shape.tsx';
import { followHealth, health } from './health.ts';
import { may } from './may.ts';

/** Search, how the box does, and who is signed in. */
export function Header({ onFind, onKeys }: { readonly onFind: () => void; readonly onKeys: () => void }): JSX.Element {
  const isOpen = useSignal(false);
  const { value: person } = who;
  useEffect(() => (may('admin') ? followHealth() : undefined), [person]);
  return (
    <header class="panel-head">
      <h1>{t('app.name')}</h1>
      <button type="button" class="button find" onClick={onFind}>
        <span>{t('panel.find')}</span> <kbd>Ctrl-K</kbd>
      </button>
      <div class="health">{link.value.state === 'live' ? <Health /> : <Away />}</div>
      <button type="button" class="button quiet" aria-label={t('keys.map')} title={t('keys.map')} onClick={onKeys}>
        ?
      </button>
      <button type="button" class="button quiet who" aria-haspopup="dialog" onClick={() => (isOpen.value = true)}>
        <span class="told">
          {person?.name} {person?.extension}
        </span>
      </button>
      {isOpen.value ? (
        <Dialog title={t('preferences.title')} onClose={() => (isOpen.value = false)}>
          <Preferences />
        </Dialog>
      ) : null}
    </header>
  );
}

/** Asterisk, and for admins also receivers and store. */
function Health(): JSX.Element {
  const { value } = health;
  const ill = value?.receivers.filter(({ state }) => state !== 'up') ?? [];
  return (
    <ul>
      <Organ isWell name="Asterisk" />
      {value === undefined ? null : (
        <>
          <Organ isWell={ill.length === 0} name={t('panel.receivers')} why={ill.map(({ name }) => name).join(', ')} />
          <Organ isWell={value.store.state === 'ok'} name={t('panel.store')} why={value.store.reason} />
        </>
      )}
    </ul>
  );
}

function Organ({
  name,
  isWell,
  why,
}: {
  readonly name: string;
  readonly isWell: boolean;
  readonly why?: string;
}): JSX.Element {
  const state = isWell ? 'idle' : 'trouble';
  return (
    <li class={state} title={why}>
      <Shape state={state} />
      <span>{name}</span>
      <span class="hidden">{isWell ? t('panel.isWell') : t('state.trouble')}</span>
    </li>
  );
}
