import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { bind } from '../base/keys.ts';
import { t } from '../base/language.ts';
import { link } from '../base/live.ts';
import { who } from '../base/session.ts';
import { Stream } from '../base/stream.ts';
import { KeyMap } from '../parts/key-map.tsx';
import { followCodes } from './codes.ts';
import { Command } from './command.tsx';
import { DeedBar } from './deed-bar.tsx';
import { Doing } from './doing.tsx';
import { Drawer } from './drawer.tsx';
import { Header } from './header.tsx';
import { missedEvents, toCallBack } from './missed-calls.ts';
import { may } from './may.ts';
import { keysOf } from './panel-keys.ts';
import { Panes } from './panes.tsx';
import { followTaken } from './taken.ts';
import './panel.css';
import './panes.css';
import './drawer.css';

/** What the stream is asked for: things, and of pushed events those of missed calls. */
const kind = ['extension', 'queue', 'member', 'caller', 'call', ...missedEvents];

/** The operator panel. */
export function Panel(): JSX.Element {
  const open = useSignal<'' | 'find' | 'keys'>('');
  const close = (): void => {
    open.value = '';
  };
  useEffect(() => {
    const find = (): undefined => {
      open.value = 'find';
    };
    const keys = (): undefined => {
      open.value = 'keys';
    };
    const stream = new Stream({ kind });
    const ends = [
      followCodes(),
      toCallBack.follow(),
      followTaken(may('supervisor') ? '' : (who.peek()?.extension ?? '')),
      bind(
        { key: 'Ctrl-k', label: () => t('panel.find'), whileTyping: true, run: find },
        { key: '?', label: () => t('keys.map'), run: keys },
        ...keysOf(),
      ),
    ];
    return () => {
      stream.stop();
      for (const end of ends) end();
    };
  }, []);
  return (
    <div class={`panel ${link.value.state}`}>
      <Header onFind={() => (open.value = 'find')} onKeys={() => (open.value = 'keys')} />
      <main>
        <Panes />
        <DeedBar />
        <Drawer />
      </main>
      <Doing />
      {open.value === 'find' ? <Command onClose={close} /> : null}
      {open.value === 'keys' ? <KeyMap onClose={close} /> : null}
    </div>
  );
}
