import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../base/language.ts';
import { link, queues } from '../base/live.ts';
import { Stream } from '../base/stream.ts';
import { Away } from '../parts/away.tsx';
import { Card } from './card.tsx';
import { Corner } from './corner.tsx';
import { followToday } from './day.ts';
import { last } from './lasting.ts';
import type { BoardSettings, CardName, ShownQueue } from './settings.ts';
import './wallboard.css';

const nothing = { watch: undefined, act: undefined };

/** The figures of the queues, each queue in a band of its own. */
export function Wallboard({ settings }: { readonly settings: BoardSettings }): JSX.Element {
  useEffect(() => {
    const named = settings.queues.map(({ queue }) => queue);
    const stream = new Stream({ kind: ['queue'], ...(named.length === 0 ? {} : { queue: named }) });
    const ends = [followToday(), last()];
    return () => {
      stream.stop();
      for (const end of ends) end();
    };
  }, [settings]);
  const shown = useComputed(() => shownQueues(settings.queues));
  const { wrong, cards, thresholds } = settings;
  return (
    <main class={`board ${link.value.state}`}>
      <header>
        <h1>{t('board.title')}</h1>
        <Corner />
      </header>
      <Away />
      {wrong.length === 0 ? null : <p class="wrong">{t('board.wrong', { what: wrong.join(' ') })}</p>}
      {shown.value.length === 0 && link.value.state === 'live' ? <p class="empty">{t('board.noQueues')}</p> : null}
      <div class={shown.value.length === 1 ? 'bands single' : 'bands'}>
        {shown.value.map((queue) => (
          <Band key={queue.queue} shown={queue} cards={cards} thresholds={thresholds} />
        ))}
      </div>
    </main>
  );
}

interface BandProps extends Pick<BoardSettings, 'thresholds'> {
  readonly shown: ShownQueue;
  readonly cards: readonly CardName[];
}

function Band({ shown: { queue, name }, cards, thresholds }: BandProps): JSX.Element {
  return (
    <section class="band" aria-label={name} data-queue={queue}>
      <h2 class="told" dir="auto" title={name}>
        {name}
      </h2>
      <div class="cards">
        {cards.map((card) => (
          <Card key={card} card={card} queue={queue} thresholds={thresholds[card] ?? nothing} />
        ))}
      </div>
    </section>
  );
}

/** Those of the address in its order; without any, those of the box by their names. */
function shownQueues(named: readonly ShownQueue[]): readonly ShownQueue[] {
  if (named.length > 0) return named;
  const order = new Intl.Collator(undefined, { numeric: true });
  return [...queues.keys.value].sort((a, b) => order.compare(a, b)).map((queue) => ({ queue, name: queue }));
}
