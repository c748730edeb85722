import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { t } from '../base/language.ts';
import { extensions, link } from '../base/live.ts';
import { StateBadge } from '../parts/state-badge.tsx';
import { inOrder } from './choices.ts';
import { reasonText } from './codes.ts';
import { handsOver } from './handed.ts';
import { Pick } from './pick.tsx';
import { nameOf, presenceOf, steady } from './presence.ts';

/** Every extension as a tile that keeps its place. */
export function Tiles(): JSX.Element {
  const all = useComputed(() => inOrder(extensions.keys.value));
  if (all.value.length === 0 && link.value.state === 'live') return <p class="empty">{t('panel.noExtensions')}</p>;
  return (
    <div class="tiles">
      {all.value.map((extension, i) => (
        <Tile key={extension} extension={extension} isFirst={i === 0} />
      ))}
    </div>
  );
}

function Tile({ extension, isFirst }: { readonly extension: string; readonly isFirst: boolean }): JSX.Element {
  const shown = useMemo(
    () => steady(() => ({ ...presenceOf(extension), own: nameOf(extension), drags: handsOver(extension) })),
    [extension],
  );
  const { state, reason, since, until, number, name, own, drags } = shown.value;
  return (
    <Pick
      thing={{ kind: 'extension', key: extension }}
      pane="extensions"
      isFirst={isFirst}
      looks={`tile ${state}`}
      drags={drags}
      takes={extension}
    >
      <span class="tile-who">
        <strong>{extension}</strong>
        <span class="told">
          <bdi>{own}</bdi>
        </span>
      </span>
      <StateBadge state={state} word={reasonText(reason)} since={since} until={until} />
      <span class="told tile-with">
        {number} <bdi>{name === number ? '' : name}</bdi>
      </span>
    </Pick>
  );
}
