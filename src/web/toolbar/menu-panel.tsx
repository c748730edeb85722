import type { JSX } from 'preact';
import { bindings } from '../base/keys.ts';
import { t } from '../base/language.ts';
import '../parts/key-map.css';
import { Preferences } from '../parts/preferences.tsx';
import { Panel } from './panel.tsx';

/** Language, theme, who is signed in, and every key of the bar. */
export function MenuPanel(): JSX.Element {
  return (
    <Panel title={t('bar.menu')}>
      <div class="menu-columns">
        <Preferences />
        <dl class="key-map" aria-label={t('keys.title')}>
          {bindings.value
            .filter(({ label }) => label() !== '')
            .map(({ key, label }) => (
              <div key={key}>
                <dt>
                  <kbd>{key.length === 1 ? key.toUpperCase() : key}</kbd>
                </dt>
                <dd>{label()}</dd>
              </div>
            ))}
        </dl>
      </div>
    </Panel>
  );
}
