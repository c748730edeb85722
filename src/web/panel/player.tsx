import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ask } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { failureText } from '../parts/action.tsx';
import { may } from './may.ts';

/** Who heard a recording, as `GET recordings/access` has it. */
interface Access {
  readonly id: string;
  readonly name: string;
  readonly from: string;
}

/** A recording, played where it stands, and who listened to it. The box notes who asked for it. */
export function Player({ path }: { readonly path: string }): JSX.Element {
  const url = useSignal('');
  const failure = useSignal('');
  const heard = useSignal<readonly Access[] | undefined>(undefined);
  const readHeard = async (): Promise<void> => {
    if (!may('supervisor')) return;
    const outcome = await ask<{ readonly accesses: readonly Access[] }>('GET', 'recordings/access', {
      path,
      limit: 1000,
    });
    // A later row of the same playback replaces the earlier one.
    if (outcome.ok) heard.value = [...new Map(outcome.data.accesses.map((one) => [one.id, one])).values()];
  };
  // The box notes who listens while it sends, which may be a moment after it has begun.
  const readSoon = (): void => {
    void readHeard();
    setTimeout(() => void readHeard(), 1_500);
  };
  useEffect(() => {
    void ask<{ readonly url: string }>('GET', 'recordings/link', { path }).then((outcome) => {
      if (outcome.ok) url.value = outcome.data.url;
      else failure.value = failureText(outcome);
    });
    void readHeard();
  }, [path]);
  return (
    <div class="player">
      {url.value === '' ? null : (
        <>
          <audio
            controls
            preload="metadata"
            src={url.value}
            aria-label={t('records.recording')}
            onLoadedMetadata={readSoon}
            onPlay={readSoon}
            onPause={() => void readHeard()}
            onError={() => (failure.value = t('records.cannotPlay'))}
          />
          <a class="button" href={`${url.value}&download=1`} download>
            {t('records.save')}
          </a>
        </>
      )}
      {failure.value === '' ? null : <span class="failed">{failure.value}</span>}
      {heard.value === undefined ? null : (
        <span class="soft heard">
          {heard.value.length === 0
            ? t('records.heardByNobody')
            : t('records.heardBy', {
                who: heard.value
                  .map(({ name, from }) => `${name === '' ? t('records.keyHolder') : name} ${from}`)
                  .join(', '),
              })}
        </span>
      )}
    </div>
  );
}
