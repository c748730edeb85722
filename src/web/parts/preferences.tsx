import type { JSX } from 'preact';
import { chosenLanguage, t } from '../base/language.ts';
import { signOut, who } from '../base/session.ts';
import { chosenTheme, themes } from '../base/theme.ts';
import { languages } from '../languages/list.ts';
import './preferences.css';

const themeKeys = { '': 'themeAuto', light: 'themeLight', dark: 'themeDark' } as const;

/** Language, theme, and who is signed in. */
export function Preferences(): JSX.Element {
  const { value: person } = who;
  return (
    <div class="preferences">
      <label>
        {t('preferences.language')}
        <select
          class="field"
          value={chosenLanguage.value}
          onChange={(event) => {
            chosenLanguage.value = event.currentTarget.value;
          }}
        >
          <option value="">{t('preferences.languageAuto')}</option>
          {Object.entries(languages).map(([code, { name }]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('preferences.theme')}
        <select
          class="field"
          value={chosenTheme.value}
          onChange={(event) => {
            chosenTheme.value = event.currentTarget.value;
          }}
        >
          {themes.map((theme) => (
            <option key={theme} value={theme}>
              {t(`preferences.${themeKeys[theme]}`)}
            </option>
          ))}
        </select>
      </label>
      {person === undefined ? null : (
        <p class="person">
          <span class="told">
            {person.name} {person.extension}
          </span>
          <button type="button" class="button" onClick={signOut}>
            {t('preferences.signOut')}
          </button>
        </p>
      )}
    </div>
  );
}
