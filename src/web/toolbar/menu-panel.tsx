import type { JSX } from 'preact';
import { t } from '../base/language.ts';
import { KeyList } from '../parts/key-list.tsx';
import { Preferences } from '../parts/preferences.tsx';
import { Panel } from './panel.tsx';

/** Language, theme, who is signed in, and every key of the bar. */
export function MenuPanel(): JSX.Element {
  return (
    <Panel title={t('bar.menu')}>
      <div class="menu-columns">
        <Preferences />
        <KeyList label={t('keys.title')} />
      </div>
    </Panel>
  );
}
