import type { JSX } from 'preact';
import { bindings } from '../base/keys.ts';
import './key-list.css';

/** Every key that is told of; `label`: what the list is, where nothing around it says so. */
export function KeyList({ label: name }: { readonly label?: string }): JSX.Element {
  return (
    <dl class="key-map" aria-label={name}>
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
  );
}
