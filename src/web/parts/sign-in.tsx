import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../base/language.ts';
import { signIn, signInNotice } from '../base/session.ts';
import { failureText } from './action.tsx';
import './sign-in.css';

/** Name and password of a user of the box. `slim`: in one line, for the agent's bar. */
export function SignIn({ slim = false }: { readonly slim?: boolean }): JSX.Element {
  const id = useId();
  const name = useSignal('');
  const password = useSignal('');
  const busy = useSignal(false);
  const failure = useSignal('');
  const submit = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    failure.value = '';
    const outcome = await signIn(name.value, password.value);
    busy.value = false;
    if (outcome.ok) return;
    failure.value = outcome.why === 'signedOut' ? t('signIn.wrong') : failureText(outcome);
  };
  const notice =
    failure.value !== '' ? failure.value : signInNotice.value === '' ? '' : t(`signIn.${signInNotice.value}`);
  return (
    <form
      class={slim ? 'sign-in slim' : 'sign-in'}
      aria-labelledby={`${id}-title`}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h1 id={`${id}-title`}>{t('signIn.title')}</h1>
      <label>
        <span>{t('signIn.name')}</span>
        <input
          class="field"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          value={name.value}
          placeholder={slim ? t('signIn.name') : undefined}
          onInput={(event) => {
            name.value = event.currentTarget.value;
          }}
        />
      </label>
      <label>
        <span>{t('signIn.password')}</span>
        <input
          class="field"
          type="password"
          autocomplete="current-password"
          required
          value={password.value}
          placeholder={slim ? t('signIn.password') : undefined}
          onInput={(event) => {
            password.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="button main" aria-disabled={busy.value}>
        {t('signIn.go')}
      </button>
      <output class="notice" aria-live="assertive">
        {notice}
      </output>
    </form>
  );
}
