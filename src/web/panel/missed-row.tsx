import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { MissedRow } from '../../work/missed-row.ts';
import { ask, type Outcome } from '../base/ask.ts';
import { duration } from '../base/format.ts';
import { t } from '../base/language.ts';
import { who } from '../base/session.ts';
import { Action } from '../parts/action.tsx';
import type { State } from '../parts/shape.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { dispositions } from './codes.ts';
import { doing } from './deed.ts';
import { byPhone } from './deeds.ts';
import { may, ownPhone } from './may.ts';
import { MissedClosing } from './missed-closing.tsx';

const causes = ['NO_ASSIGN', 'NO_AGENT_ANSWER', 'NO_AGENT_LOGIN', 'MEMBER_CANCEL'] as const;
const looks = { open: 'unreachable', claimed: 'wrapup', closed: 'idle' } as const satisfies Record<string, State>;

/** What stands above the cells of a row. */
export function missedHead(): readonly string[] {
  return [
    t('panel.number'),
    t('missed.last'),
    t('panel.queue'),
    t('records.wait'),
    t('missed.cause'),
    t('missed.calls'),
    t('missed.tries'),
    t('deliveries.state'),
    t('panel.actions'),
  ];
}

export interface MissedLineProps {
  readonly row: MissedRow;
  /** Does something about it at the box; takes the row that it answers. */
  readonly act: (
    what: 'claim' | 'close' | 'reopen',
    params?: Readonly<Record<string, string>>,
  ) => Promise<Outcome<unknown>>;
}

/** A caller who was lost: who, when and why, who is on it, and what may be done. */
export function MissedLine({ row, act }: MissedLineProps): JSX.Element {
  const isClosing = useSignal(false);
  const opener = useRef<HTMLButtonElement>(null);
  const cause = causes.find((one) => one === row.missCause);
  const cells: readonly (JSX.Element | string | number)[] = [
    <span class="told" title={t('missed.first', { time: row.firstTime })}>
      {row.lastTime}
    </span>,
    <span class="told" dir="auto" title={row.queues.join(', ')}>
      {row.queueCode}
    </span>,
    duration(Number(row.waitTime)),
    cause === undefined ? row.missCause : t(`cause.${cause}`),
    row.calls,
    row.tries,
    <>
      <StateBadge state={looks[row.state]} word={stateOf(row)} />
      <bdi class="said">{saidOf(row)}</bdi>
    </>,
  ];
  const head = missedHead();
  const shut = (): void => {
    isClosing.value = false;
    opener.current?.focus();
  };
  return (
    <>
      <tr class="missed" data-id={row.id}>
        <th scope="row">
          <span class="who">
            <bdi class="figure">{row.number}</bdi>
            <span class="told soft" dir="auto" title={row.name}>
              {row.name === row.number ? '' : row.name}
            </span>
          </span>
        </th>
        {cells.map((cell, i) => (
          <td key={head[i + 1]} data-label={head[i + 1]}>
            {cell}
          </td>
        ))}
        <td>
          <span class="acts">
            {row.state === 'closed' ? (
              <Action label={t('missed.reopen')} run={() => act('reopen')} />
            ) : isMine(row) ? (
              <>
                <CallBack row={row} act={act} />
                <button
                  type="button"
                  class="button"
                  ref={opener}
                  aria-expanded={isClosing.value}
                  onClick={() => (isClosing.value = !isClosing.value)}
                >
                  {t('missed.closeHow')}
                </button>
                {row.state === 'open' ? (
                  <Action key="claim" label={t('missed.claim')} run={() => act('claim')} />
                ) : (
                  <Action key="claim" label={t('missed.release')} run={() => act('reopen')} />
                )}
              </>
            ) : null}
          </span>
        </td>
      </tr>
      {isClosing.value && row.state !== 'closed' ? (
        <tr class="opened">
          <td colSpan={head.length}>
            <MissedClosing row={row} onClose={(what) => act('close', what)} onCancel={shut} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** Calls back, and claims before: no two should call the same person. */
function CallBack({ row, act }: MissedLineProps): JSX.Element {
  const label = t('missed.callBack');
  const deed = byPhone({
    id: 'call',
    key: '',
    label,
    run: async () => {
      const claimed = row.state === 'open' ? await act('claim') : undefined;
      if (claimed?.ok === false) return claimed;
      return await ask('POST', 'extensions/click-number', { src: ownPhone(), dst: row.number });
    },
  });
  if (deed.options === undefined) return <Action kind="main" label={label} run={() => deed.run('')} />;
  return (
    <button type="button" class="button main" aria-haspopup="dialog" onClick={() => (doing.value = deed)}>
      {label}
    </button>
  );
}

/** Whether who signed in may do something about it: supervisors about anybody's. */
function isMine({ state, claimedBy, claimedByName }: MissedRow): boolean {
  const { value: person } = who;
  return state === 'open' || may('supervisor') || (claimedByName === person?.name && claimedBy === person.extension);
}

/** In words: who has it, or how it was closed, and by whom. */
function stateOf(row: MissedRow): string {
  if (row.state === 'open') return t('missed.isOpen');
  if (row.state === 'claimed') return [row.claimedByName, row.claimedBy].filter(Boolean).join(' ');
  const by = [row.closedByName, row.closedBy].filter(Boolean).join(' ');
  return [row.closedHow === '' ? '' : t(`missed.how.${row.closedHow}`), by].filter(Boolean).join(' · ');
}

/** What came of it, in the words of who closed it. */
function saidOf({ outcome, note }: MissedRow): string {
  const text = dispositions.value.find(({ code }) => code === outcome)?.text ?? outcome;
  return [text, note].filter(Boolean).join(': ');
}
