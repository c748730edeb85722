import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { MissedRow } from '../../work/missed-row.ts';
import type { Outcome } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { Action } from '../parts/action.tsx';
import { dispositions } from './codes.ts';
import { searchRecords } from './drawer-state.ts';

export interface MissedClosingProps {
  readonly row: MissedRow;
  readonly onClose: (what: Readonly<Record<string, string>>) => Promise<Outcome<unknown>>;
  readonly onCancel: () => void;
}

/** Characters of a note. */
const longest = 500;

/** More of a missed call, and what came of it: Enter closes it, Escape leaves it as it is. */
export function MissedClosing({ row, onClose, onCancel }: MissedClosingProps): JSX.Element {
  const outcome = useSignal('');
  const note = useSignal('');
  const self = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    self.current?.querySelector<HTMLElement>('.field')?.focus();
  }, []);
  const close = (): Promise<Outcome<unknown>> =>
    onClose({
      ...(outcome.value === '' ? {} : { outcome: outcome.value }),
      ...(note.value.trim() === '' ? {} : { note: note.value.trim() }),
    });
  return (
    <div
      class="closing"
      ref={self}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
        else if (event.key === 'Enter' && event.target instanceof HTMLInputElement && !event.isComposing)
          self.current?.querySelector<HTMLElement>('.action button')?.click();
      }}
    >
      <p class="soft">{moreOf(row).join(' · ')}</p>
      {dispositions.value.length === 0 ? null : (
        <select
          class="field"
          aria-label={t('missed.outcome')}
          value={outcome.value}
          onChange={({ currentTarget }) => {
            outcome.value = currentTarget.value;
          }}
        >
          <option value="">{t('missed.outcome')}</option>
          {dispositions.value.map(({ code, text }) => (
            <option key={code} value={code}>
              {text}
            </option>
          ))}
        </select>
      )}
      <input
        class="field note"
        aria-label={t('missed.note')}
        placeholder={t('missed.note')}
        maxLength={longest}
        value={note.value}
        onInput={({ currentTarget }) => {
          note.value = currentTarget.value;
        }}
      />
      <Action label={t('missed.close')} run={close} side="above" />
      <button type="button" class="button" onClick={() => void searchRecords({ number: row.number })}>
        {t('panel.itsRecords')}
      </button>
    </div>
  );
}

/** What has no column. */
function moreOf({ firstTime, queues, trunkNumber, agentCode, voicemailState }: MissedRow): string[] {
  return [
    t('missed.first', { time: firstTime }),
    ...(queues.length > 1 ? [t('missed.queues', { queues: queues.join(', ') })] : []),
    ...(trunkNumber === '' ? [] : [t('missed.dialled', { number: trunkNumber })]),
    ...(agentCode === '' ? [] : [t('missed.rang', { extension: agentCode })]),
    ...(voicemailState === '1' ? [t('missed.voicemail')] : []),
  ];
}
