import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { UsersAnswer } from '../../http/routes/users.ts';
import { ask } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { failureText } from '../parts/action.tsx';
import { useCopying } from '../parts/copying.ts';
import { faultOf, roles, userCommands, type UserCommand, type UserRow } from './user-commands.ts';
import './users.css';

/**
 * Who may sign in, and the commands that add, change and remove. They are root's to run: whoever gets hold of this page
 * makes nobody an admin.
 */
export function UsersView(): JSX.Element {
  const users = useSignal<readonly UserRow[] | undefined>(undefined);
  const failure = useSignal('');
  const typed = useSignal<UserRow>({ name: '', role: 'agent', extension: '' });
  const role = useRef<HTMLSelectElement>(null);
  const read = async (): Promise<void> => {
    const outcome = await ask<UsersAnswer>('GET', 'users');
    failure.value = outcome.ok ? '' : failureText(outcome);
    if (outcome.ok) ({ users: users.value } = outcome.data);
  };
  useEffect(() => {
    void read();
  }, []);
  const set = (part: Partial<UserRow>): void => {
    typed.value = { ...typed.value, ...part };
  };
  const fault = faultOf(typed.value);
  return (
    <div class="users-panes">
      <div class="users-form">
        <p class="soft">{t('users.how')}</p>
        <div class="filters">
          <label>
            <span>{t('users.name')}</span>
            <input
              class="field"
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              value={typed.value.name}
              onInput={({ currentTarget }) => {
                set({ name: currentTarget.value });
              }}
            />
          </label>
          <label>
            <span>{t('users.role')}</span>
            <select
              class="field"
              ref={role}
              value={typed.value.role}
              onChange={({ currentTarget }) => {
                set({ role: roles.find((one) => one === currentTarget.value) ?? 'agent' });
              }}
            >
              {roles.map((one) => (
                <option key={one} value={one}>
                  {t(`users.${one}`)}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>{t('panel.extension')}</span>
            <input
              class="field"
              autocomplete="off"
              value={typed.value.extension}
              onInput={({ currentTarget }) => {
                set({ extension: currentTarget.value });
              }}
            />
          </label>
        </div>
        <div class="users-commands" aria-live="polite">
          {fault === undefined ? null : <p class="failed">{t(`users.wrong.${fault}`)}</p>}
          {userCommands(users.value ?? [], typed.value).map((command) => (
            <Command key={command.line} command={command} />
          ))}
        </div>
      </div>
      <div class="table-of" role="region" aria-label={t('drawer.users')} tabIndex={0}>
        {failure.value === '' ? null : <p class="failed">{failure.value}</p>}
        {users.value?.length === 0 ? <p class="empty">{t('users.none')}</p> : null}
        <table>
          <thead>
            <tr>
              <th scope="col">{t('users.name')}</th>
              <th scope="col">{t('users.role')}</th>
              <th scope="col">{t('panel.extension')}</th>
              <th scope="col">
                <button type="button" class="button small" onClick={() => void read()}>
                  {t('deliveries.again')}
                </button>
              </th>
            </tr>
          </thead>
          <tbody>
            {users.value?.map((user) => (
              <tr key={user.name}>
                <th scope="row">{user.name}</th>
                <td>{t(`users.${user.role}`)}</td>
                <td class="figure">{user.extension}</td>
                <td>
                  <button
                    type="button"
                    class="button small"
                    aria-label={`${t('users.change')} ${user.name}`}
                    onClick={() => {
                      typed.value = user;
                      role.current?.focus();
                    }}
                  >
                    {t('users.change')}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** Copied by a click. */
function Command({ command: { does, line } }: { readonly command: UserCommand }): JSX.Element {
  const { said, start } = useCopying();
  return (
    <p class="users-command">
      <span>{t(`users.${does}`)}</span>
      <button
        type="button"
        class="button small"
        aria-label={`${t('users.copy')}: ${t(`users.${does}`)}`}
        onClick={() => {
          start(line);
        }}
      >
        {said === '' ? t('users.copy') : said}
      </button>
      <code>{line}</code>
    </p>
  );
}
