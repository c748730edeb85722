import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../base/language.ts';
import { link } from '../base/live.ts';
import { signOut, who } from '../base/session.ts';
import { Stream } from '../base/stream.ts';
import { Away } from '../parts/away.tsx';
import './bar.css';
import { learnCodes } from './box.ts';
import { Call } from './call.tsx';
import { Controls } from './controls.tsx';
import { DispositionPanel } from './disposition-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { watchHold } from './hold.ts';
import { Idle } from './idle.tsx';
import { bindKeys } from './keys.ts';
import { noteLastCall } from './last-call.ts';
import { Me } from './me-button.tsx';
import { MenuPanel } from './menu-panel.tsx';
import { atWork, wrapUpUntil } from './me.ts';
import { openPanel, type PanelName } from './open-panel.ts';
import { own } from './own.ts';
import { ownCall } from './own-call.ts';
import { popUp } from './pop.ts';
import { speakWithPage } from './protocol.ts';
import { QueuesPanel } from './queues-panel.tsx';
import { readOut } from './read-out.ts';
import { TransferPanel } from './transfer-panel.tsx';
import { WrapUp } from './wrap-up.tsx';

const panels: Readonly<Record<PanelName, () => JSX.Element>> = {
  queues: QueuesPanel,
  transfer: TransferPanel,
  disposition: DispositionPanel,
  history: HistoryPanel,
  menu: MenuPanel,
};

/** The bar of an agent: who they are and what they are at, the call, and what can be done. */
export function Bar(): JSX.Element {
  useEffect(() => {
    const stream = new Stream({ kind: ['extension', 'queue', 'member', 'call'] });
    const ends = [learnCodes(), noteLastCall(), watchHold(), speakWithPage(), popUp(), readOut(), bindKeys()];
    return () => {
      stream.stop();
      for (const end of ends) end();
    };
  }, []);
  const isLive = useComputed(() => link.value.state === 'live');
  if (own.value === '') return <NoPhone />;
  const Open = openPanel.value === '' ? undefined : panels[openPanel.value];
  return (
    <main class={isLive.value ? 'agent-bar' : 'agent-bar stale'}>
      <div class="bar-row">
        <Me />
        <div class="middle">{isLive.value ? <Middle /> : <Away />}</div>
        <Controls />
      </div>
      {Open === undefined ? null : <Open key={openPanel.value} />}
    </main>
  );
}

/** The call, or what is left to be said of the last one. */
function Middle(): JSX.Element {
  const { value: call } = ownCall;
  if (call !== undefined) return <Call key={call.uuid} call={call} />;
  return atWork.value.length > 0 ? <WrapUp until={wrapUpUntil.value} /> : <Idle />;
}

function NoPhone(): JSX.Element {
  return (
    <main class="agent-bar">
      <p class="gate">
        {t('bar.noExtension', { name: who.value?.name ?? '' })}{' '}
        <button type="button" class="button" onClick={signOut}>
          {t('preferences.signOut')}
        </button>
      </p>
    </main>
  );
}
