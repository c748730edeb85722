import type { JSX } from 'preact';
import { t } from '../base/language.ts';
import { codes } from './box.ts';
import { lastCall } from './last-call.ts';
import { atWork } from './me.ts';
import { grouped } from './number.ts';
import { Panel } from './panel.tsx';
import { Codes } from './wrap-up.tsx';

/** What came of the call that goes on, or of the last one. */
export function DispositionPanel(): JSX.Element {
  const { value: call } = lastCall;
  return (
    // At the codes: in the note the number keys would be digits.
    <Panel title={t('bar.disposition')} first=".codes .button">
      <div class="dispositions">
        {call === undefined ? <p>{t('bar.noCall')}</p> : <bdi class="figure">{grouped(call.number)}</bdi>}
        {codes.value.dispositions.length === 0 ? (
          <p>{t('bar.noDispositions')}</p>
        ) : (
          <Codes isReady={atWork.value.length > 0} />
        )}
      </div>
    </Panel>
  );
}
