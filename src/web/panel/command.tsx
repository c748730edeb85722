import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../base/language.ts';
import { calls, extensions, queues } from '../base/live.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ListBox, type Choice } from '../parts/list-box.tsx';
import { extensionChoice, inOrder, queueChoice } from './choices.ts';
import { chosen, idOf, type Kind, type Thing } from './chosen.ts';
import { carryOut } from './deed-bar.tsx';
import { doing } from './deed.ts';
import { deedsOf } from './deeds.ts';
import { findRecords, foundRecords, recordText } from './found-records.ts';
import { titleOf } from './title.ts';

/** Finds an extension, a queue, a call, a record or any number, and offers what may be done with it. */
export function Command({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const found = useSignal<Thing | undefined>(undefined);
  const typed = useSignal('');
  const { value: thing } = found;
  if (thing === undefined) {
    return (
      <Dialog title={t('panel.find')} onClose={onClose}>
        <ListBox
          key="find"
          label={t('panel.findHint')}
          placeholder={t('panel.findHint')}
          choices={[...everything(), ...records(typed.value)]}
          onType={(text) => {
            typed.value = text;
            findRecords(text);
          }}
          free={(typed) => ({ key: `number:${typed}`, text: t('panel.findNumber', { number: typed }) })}
          onCancel={onClose}
          onPick={({ key }) => {
            const [, kind = '', name = ''] = /^(\w+):(.*)$/s.exec(key) ?? [];
            found.value = { kind: kind as Kind, key: name };
          }}
        />
      </Dialog>
    );
  }
  const deeds = deedsOf(thing);
  return (
    <Dialog title={titleOf(thing)} onClose={onClose}>
      <ListBox
        key={idOf(thing)}
        label={t('panel.actions')}
        placeholder={t('panel.actions')}
        choices={deeds.map(({ id, label }) => ({ key: id, text: label }))}
        onCancel={onClose}
        onPick={({ key }) => {
          const deed = deeds.find(({ id }) => id === key);
          onClose();
          chosen.value = thing;
          if (deed === undefined) return;
          if (deed.options === undefined && deed.asks === undefined) void carryOut(deed, '');
          else doing.value = deed;
        }}
      />
    </Dialog>
  );
}

function everything(): readonly Choice[] {
  return [
    ...inOrder(extensions.keys.value).map((extension) => named('extension', extensionChoice(extension))),
    ...inOrder(queues.keys.value).map((queue) => named('queue', queueChoice(queue))),
    ...calls.keys.value.map((call) => named('call', { key: call, text: titleOf({ kind: 'call', key: call }) })),
  ];
}

/** What was typed is a part of their text: it is found however it was written. */
function records(typed: string): readonly Choice[] {
  return foundRecords.value.map((line) => ({
    key: `record:${line.id}`,
    text: `${recordText(line)} ${typed}`,
    shown: recordText(line),
  }));
}

function named(kind: Kind, { key, text }: Choice): Choice {
  return { key: `${kind}:${key}`, text };
}
