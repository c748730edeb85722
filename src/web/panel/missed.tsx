import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { MissedRow } from '../../work/missed-row.ts';
import { announce } from '../base/announce.ts';
import { ask } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { Choice } from '../parts/choice.tsx';
import { moveIn } from './arrows.ts';
import { useKeptFocus } from './kept-focus.ts';
import { MissedCalls, toCallBack } from './missed-calls.ts';
import { MissedLine, missedHead, type MissedLineProps } from './missed-row.tsx';
import './missed.css';

/** Rows that are shown at first, and more at a time. */
const page = 100;

/** Callers who were lost, and who does what about them: claim, call back, close with what came of it. */
export function Missed(): JSX.Element {
  const which = useSignal<'open' | 'closed'>('open');
  const shown = useSignal(page);
  return (
    <>
      <div class="filters">
        <Choice
          label={t('deliveries.state')}
          value={which.value}
          choices={[
            ['open', t('missed.open')],
            ['closed', t('missed.closed')],
          ]}
          onChoose={(value) => {
            which.value = value === 'closed' ? 'closed' : 'open';
            shown.value = page;
          }}
        />
      </div>
      {which.value === 'open' ? <List calls={toCallBack} shown={shown} /> : <Closed shown={shown} />}
    </>
  );
}

/** Those that are closed are followed while somebody looks at them. */
function Closed({ shown }: Pick<ListProps, 'shown'>): JSX.Element {
  const calls = useMemo(() => new MissedCalls('closed'), []);
  useEffect(() => calls.follow(), [calls]);
  return <List calls={calls} shown={shown} />;
}

interface ListProps {
  readonly calls: MissedCalls;
  /** How many are shown. */
  readonly shown: { value: number };
}

function List({ calls, shown }: ListProps): JSX.Element {
  const kept = useKeptFocus<HTMLDivElement>('tr.missed, tr.opened');
  const { rows } = calls;
  const { value: failure } = calls.failure;
  const act = async (id: string, ...[what, params = {}]: Parameters<MissedLineProps['act']>) => {
    const outcome = await ask<MissedRow>('POST', `missed-calls/${what}`, { id, ...params });
    if (!outcome.ok) return outcome;
    // The stream may be a moment later.
    for (const one of new Set([toCallBack, calls])) one.take(outcome.data);
    if (what === 'close') announce(t('missed.isClosed', { number: outcome.data.number }));
    return outcome;
  };
  return (
    <div
      class="table-of"
      tabIndex={-1}
      ref={kept.ref}
      onFocusIn={kept.onFocusIn}
      onFocusOut={kept.onFocusOut}
      onKeyDown={(event) => {
        if (!(event.target instanceof HTMLButtonElement)) return;
        if (moveIn(event.currentTarget, event.key, '.acts button')) event.preventDefault();
      }}
    >
      {failure === '' ? null : <p class="failed">{failure}</p>}
      {rows === undefined && failure === '' ? <p class="soft">{t('drawer.loading')}</p> : null}
      {rows?.length === 0 ? <p class="empty">{t(calls === toCallBack ? 'missed.none' : 'missed.noneClosed')}</p> : null}
      {rows === undefined || rows.length === 0 ? null : (
        <table>
          <thead>
            <tr>
              {missedHead().map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown.value).map((row) => (
              <MissedLine key={row.id} row={row} act={(what, params) => act(row.id, what, params)} />
            ))}
          </tbody>
        </table>
      )}
      {rows !== undefined && rows.length > shown.value ? (
        <button type="button" class="button" onClick={() => (shown.value += page)}>
          {t('deliveries.more')}
        </button>
      ) : null}
    </div>
  );
}
