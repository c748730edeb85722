import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { MissedRow } from '../../work/missed-row.ts';
import { ask, type Outcome } from '../base/ask.ts';
import { duration } from '../base/format.ts';
import { t } from '../base/language.ts';
import { link, onPushed } from '../base/live.ts';
import { Action, failureText } from '../parts/action.tsx';
import { dispositions } from './codes.ts';
import { ownPhone } from './may.ts';

const causes = ['NO_ASSIGN', 'NO_AGENT_ANSWER', 'NO_AGENT_LOGIN', 'MEMBER_CANCEL'] as const;

/** Callers who were lost, and who does what about them: claim, call back, close with what came of it. */
export function Missed(): JSX.Element {
  const rows = useSignal<readonly MissedRow[] | undefined>(undefined);
  const state = useSignal<'' | 'closed'>('');
  const failure = useSignal('');
  const read = async (): Promise<void> => {
    const outcome = await ask<{ readonly missedCalls: readonly MissedRow[] }>('GET', 'missed-calls', {
      state: state.value === '' ? undefined : state.value,
      limit: 500,
    });
    failure.value = outcome.ok ? '' : failureText(outcome);
    if (outcome.ok) rows.value = outcome.data.missedCalls;
  };
  useEffect(() => {
    void read();
    return onPushed(({ event }) => {
      if (event.startsWith('missedcall')) void read();
    });
  }, [state.value, link.value.state]);
  const act = async (path: string, params: Readonly<Record<string, string | undefined>>): Promise<Outcome<unknown>> => {
    const outcome = await ask('POST', path, params);
    if (outcome.ok) void read();
    return outcome;
  };
  return (
    <>
      <div class="filters">
        <label>
          <span>{t('deliveries.state')}</span>
          <select
            class="field"
            value={state.value}
            onChange={({ currentTarget }) => {
              state.value = currentTarget.value === 'closed' ? 'closed' : '';
            }}
          >
            <option value="">{t('missed.open')}</option>
            <option value="closed">{t('missed.closed')}</option>
          </select>
        </label>
      </div>
      {failure.value === '' ? null : <p class="failed">{failure.value}</p>}
      {rows.value?.length === 0 ? <p class="empty">{t('missed.none')}</p> : null}
      <div class="table-of">
        <table>
          <thead>
            <tr>
              {[
                t('panel.number'),
                t('missed.last'),
                t('panel.queue'),
                t('records.wait'),
                t('missed.cause'),
                t('missed.calls'),
                t('missed.who'),
                t('panel.actions'),
              ].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.value?.map((row) => (
              <Row key={row.id} row={row} act={act} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface RowProps {
  readonly row: MissedRow;
  readonly act: (path: string, params: Readonly<Record<string, string | undefined>>) => Promise<Outcome<unknown>>;
}

function Row({ row, act }: RowProps): JSX.Element {
  const outcome = useSignal('');
  const note = useSignal('');
  const cause = causes.find((one) => one === row.missCause);
  const who = row.state === 'closed' ? row.closedByName || row.closedBy : row.claimedByName || row.claimedBy;
  const extension = ownPhone() === '' ? undefined : ownPhone();
  return (
    <tr>
      <th scope="row">{row.number}</th>
      <td>{row.lastTime}</td>
      <td>{row.queueCode}</td>
      <td>{duration(Number(row.waitTime))}</td>
      <td>{cause === undefined ? row.missCause : t(`cause.${cause}`)}</td>
      <td>{row.calls}</td>
      <td>
        <span class="told">
          {who} {row.outcome} {row.note}
        </span>
      </td>
      <td>
        {row.state === 'closed' ? (
          <Action label={t('missed.reopen')} run={() => act('missed-calls/reopen', { id: row.id, extension })} />
        ) : (
          <span class="deeds">
            {row.state === 'open' ? (
              <Action label={t('missed.claim')} run={() => act('missed-calls/claim', { id: row.id, extension })} />
            ) : (
              <Action label={t('missed.release')} run={() => act('missed-calls/reopen', { id: row.id, extension })} />
            )}
            <Action
              label={t('panel.call')}
              disabled={extension === undefined}
              run={() => act('extensions/click-number', { src: extension, dst: row.number })}
            />
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
              value={note.value}
              onInput={({ currentTarget }) => {
                note.value = currentTarget.value;
              }}
            />
            <Action
              label={t('missed.close')}
              run={() =>
                act('missed-calls/close', {
                  id: row.id,
                  extension,
                  outcome: outcome.value === '' ? undefined : outcome.value,
                  note: note.value.trim() === '' ? undefined : note.value,
                })
              }
            />
          </span>
        )}
      </td>
    </tr>
  );
}
