import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Role } from '../../users/identity.ts';
import { t } from '../base/language.ts';
import { drawer, type DrawerName } from './drawer-state.ts';
import { may } from './may.ts';
import { toCallBack } from './missed-calls.ts';

interface Content {
  readonly name: DrawerName;
  readonly role: Role;
  /** Loaded when it is looked at. */
  readonly load: () => Promise<() => JSX.Element>;
}

const contents: readonly Content[] = [
  { name: 'records', role: 'agent', load: async () => (await import('./records.tsx')).Records },
  { name: 'missed', role: 'agent', load: async () => (await import('./missed.tsx')).Missed },
  { name: 'figures', role: 'supervisor', load: async () => (await import('./figures.tsx')).FiguresView },
  { name: 'deliveries', role: 'admin', load: async () => (await import('./deliveries.tsx')).Deliveries },
  { name: 'blacklist', role: 'admin', load: async () => (await import('./blacklist.tsx')).Blacklist },
  { name: 'users', role: 'admin', load: async () => (await import('./users.tsx')).UsersView },
];

/** What is looked at now and then: closed it is a line of names. */
export function Drawer(): JSX.Element {
  const shown = contents.filter(({ role }) => may(role));
  const missed = toCallBack.rows?.length ?? 0;
  const open = shown.find(({ name }) => name === drawer.value);
  return (
    <section class={`drawer ${open === undefined ? '' : 'open'}`} aria-label={t('panel.drawer')}>
      <div class="drawer-tabs" role="group" aria-label={t('panel.drawer')}>
        {shown.map(({ name }) => (
          <button
            key={name}
            type="button"
            class="button quiet"
            aria-expanded={open?.name === name}
            onClick={() => (drawer.value = open?.name === name ? '' : name)}
          >
            {t(`drawer.${name}`)}
            {name === 'missed' ? <span class="count figure">{missed === 0 ? '' : missed}</span> : null}
          </button>
        ))}
      </div>
      {open === undefined ? null : (
        <div class={`drawer-body ${open.name}`}>
          <Loaded key={open.name} content={open} />
        </div>
      )}
    </section>
  );
}

function Loaded({ content: { load } }: { readonly content: Content }): JSX.Element {
  // In an object: it is a component, and no value to be shown.
  const loaded = useSignal<{ readonly Shown: () => JSX.Element } | 'failed' | undefined>(undefined);
  useEffect(() => {
    load().then(
      (Shown) => (loaded.value = { Shown }),
      () => (loaded.value = 'failed'),
    );
  }, []);
  const { value } = loaded;
  if (value === undefined) return <p class="soft">{t('drawer.loading')}</p>;
  if (value === 'failed') return <p class="soft">{t('outcome.unreachable')}</p>;
  return <value.Shown />;
}
