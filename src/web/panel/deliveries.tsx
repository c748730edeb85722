import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ask } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { Action, failureText } from '../parts/action.tsx';
import { Choice } from '../parts/choice.tsx';

/** What became of a record at a receiver, as `GET deliveries` has it. */
interface Delivery {
  readonly cursor: string;
  readonly id: string;
  readonly event: string;
  readonly time: string;
  readonly receiver: string;
  readonly state: 'pending' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly error: string;
  readonly changed: string;
}

const states = ['pending', 'dead', 'delivered'] as const;
const looks = { pending: 'ringing', dead: 'trouble', delivered: 'idle' } as const;

/** What was pushed, and what was not, and why; sent again on demand. */
export function Deliveries(): JSX.Element {
  const state = useSignal<'' | Delivery['state']>('');
  const rows = useSignal<readonly Delivery[] | undefined>(undefined);
  const next = useSignal<string | undefined>(undefined);
  const failure = useSignal('');
  const turn = useRef(0);
  const read = async (before?: string): Promise<void> => {
    const own = ++turn.current;
    const outcome = await ask<{
      readonly deliveries: readonly Delivery[];
      readonly next: string;
      readonly more: boolean;
    }>('GET', 'deliveries', { state: state.value === '' ? undefined : state.value, limit: 100, before });
    if (turn.current !== own) return;
    failure.value = outcome.ok ? '' : failureText(outcome);
    if (!outcome.ok) return;
    const { deliveries, more } = outcome.data;
    rows.value = before === undefined ? deliveries : [...(rows.value ?? []), ...deliveries];
    next.value = more ? outcome.data.next : undefined;
  };
  useEffect(() => {
    void read();
  }, [state.value]);
  const replay = async (params: Readonly<Record<string, string>>): ReturnType<typeof ask> => {
    const outcome = await ask('POST', 'deliveries/replay', params);
    if (outcome.ok) void read();
    return outcome;
  };
  return (
    <>
      <div class="filters">
        <Choice
          label={t('deliveries.state')}
          value={state.value}
          choices={[['', t('deliveries.all')], ...states.map((one) => [one, t(`deliveries.${one}`)] as const)]}
          onChoose={(value) => {
            state.value = states.find((one) => one === value) ?? '';
          }}
        />
        <button type="button" class="button" onClick={() => void read()}>
          {t('deliveries.again')}
        </button>
        <Action label={t('deliveries.replayDead')} run={() => replay({ state: 'dead' })} />
      </div>
      {failure.value === '' ? null : <p class="failed">{failure.value}</p>}
      {rows.value?.length === 0 ? <p class="empty">{t('deliveries.none')}</p> : null}
      <div class="table-of" role="region" aria-label={t('drawer.deliveries')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {(['time', 'event', 'receiver', 'state', 'attempts', 'error', 'replay'] as const).map((name) => (
                <th key={name} scope="col">
                  {t(`deliveries.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.value?.map((row) => (
              <tr key={`${row.id} ${row.receiver}`}>
                <td>{row.time}</td>
                <td>{row.event}</td>
                <td>{row.receiver}</td>
                <td>
                  <span class={`badge ${looks[row.state]}`}>{t(`deliveries.${row.state}`)}</span>
                </td>
                <td>{row.attempts}</td>
                <td>
                  <span class="told" title={row.error}>
                    {row.error}
                  </span>
                </td>
                <td>
                  <Action label={t('deliveries.replay')} run={() => replay({ id: row.id, receiver: row.receiver })} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {next.value === undefined ? null : (
        <button type="button" class="button" onClick={() => void read(next.value)}>
          {t('deliveries.more')}
        </button>
      )}
    </>
  );
}
