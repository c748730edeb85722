import { effect } from '@preact/signals';
import { render, type ComponentChildren } from 'preact';
import type { Arguments, Key } from '../languages/dictionary.ts';
import { Announcer } from '../parts/announcer.tsx';
import { Toasts } from '../parts/toasts.tsx';
import '../style/tokens.css';
import '../style/base.css';
import '../style/controls.css';
import { learn } from './box.ts';
import { tick } from './clock.ts';
import { listen } from './keys.ts';
import { speak, t } from './language.ts';
import { follow } from './session.ts';
import { dress } from './theme.ts';

/** A text without values. */
type Title = { [K in Key]: Arguments<K> extends [] ? K : never }[Key];

/** Starts a page: theme, language, clock, keyboard and session, and then what it shows. `title`: of its tab. */
export async function start(title: Title, page: () => ComponentChildren): Promise<void> {
  dress();
  tick();
  listen();
  follow();
  learn();
  await speak();
  effect(() => {
    document.title = `${t(title)} · ${t('app.name')}`;
  });
  const place = document.getElementById('app');
  if (place === null) throw new Error('the page has no place for what it shows');
  const Page = page;
  render(
    <>
      <Page />
      <Toasts />
      <Announcer />
    </>,
    place,
  );
}
