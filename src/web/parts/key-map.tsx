import type { JSX } from 'preact';
import { t } from '../base/language.ts';
import { Dialog } from './dialog.tsx';
import { KeyList } from './key-list.tsx';

/** Every key of the page and what it does. */
export function KeyMap({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      <KeyList />
    </Dialog>
  );
}
