import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { failureText } from '../parts/action.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ListBox } from '../parts/list-box.tsx';
import { carryOut } from './deed-bar.tsx';
import { doing, type Deed } from './deed.ts';
import { t } from '../base/language.ts';

/** The list that something asks to choose from; open while there is such a thing. */
export function Doing(): JSX.Element | null {
  const { value: deed } = doing;
  return deed === undefined ? null : <Choosing key={deed.id} deed={deed} />;
}

function Choosing({ deed }: { readonly deed: Deed }): JSX.Element {
  const told = useSignal('');
  const { label, choices, free } = deed.options?.() ?? {
    label: deed.label,
    choices: [{ key: '', text: deed.asks ?? deed.label }],
  };
  const close = (): void => {
    doing.value = undefined;
  };
  return (
    <Dialog title={deed.label} onClose={close}>
      <ListBox
        label={label}
        placeholder={label}
        choices={choices}
        {...(free === undefined ? {} : { free })}
        onCancel={close}
        onPick={({ key }) => {
          told.value = t('outcome.sent');
          void carryOut(deed, key).then((outcome) => {
            if (outcome.ok) close();
            else told.value = failureText(outcome);
          });
        }}
      />
      <output class="dialog-told" aria-live="assertive">
        {told.value}
      </output>
    </Dialog>
  );
}
