import type { JSX } from 'preact';
import { bindings } from '../base/keys.ts';
import { t } from '../base/language.ts';
import { Dialog } from './dialog.tsx';
import './key-map.css';

/** Every key of the page and what it does. */
export function KeyMap({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      <dl class="key-map">
        {bindings.value.map(({ key, label }) => (
          <div key={key}>
            <dt>
              <kbd>{key.length === 1 ? key.toUpperCase() : key}</kbd>
            </dt>
            <dd>{label()}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
