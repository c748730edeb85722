import { localMoments } from '../system/local-time.ts';
import type { Row } from './change.ts';

/** When a row began and ended: ms epoch, whole seconds. NaN where the row has no such time. */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds by which a channel may be older than its Uniqueid says: the clock is read twice. */
export const SLACK = 5_000;

/** The second in which a channel was made, ms epoch, with which Asterisk begins its Uniqueid (`[systemname-]1534993030.626`). */
export function madeAt(uniqueId: string): number | undefined {
  const found = /(?:^|-)(\d{9,11})\.\d+$/.exec(uniqueId)?.[1];
  return found === undefined ? undefined : Number(found) * 1000;
}

/**
 * When a row with local times began and ended. In the hour that the clock shows twice, its duration tells how its two
 * times belong together. Which hour it was is told by `told` (ms epoch), when Asterisk told of the row; without it by
 * the Uniqueid, since most rows begin soon after their channel, and none before it.
 */
export function spanOf(row: Row, told?: number): RowSpan {
  const long = row.duration === '' ? 0 : Number(row.duration) * 1000;
  const made = madeAt(row.uniqueId);
  const guess = ({ from, to }: RowSpan): number => {
    if (told !== undefined) return Math.abs(to - told);
    if (made === undefined) return 0;
    return from < made - SLACK ? Infinity : from - made;
  };
  const spans = localMoments(row.startTime)
    .flatMap((from) => localMoments(row.endTime).map((to) => ({ from, to })))
    .map((span) => ({ span, misfit: Math.abs(span.to - span.from - long), guess: guess(span) }));
  // Asterisk rounds start, end and duration each by itself: a second apart is no misfit.
  const fits = spans.filter(({ misfit }) => misfit <= 1000);
  const [best] = (fits.length > 0 ? fits : spans).sort((a, b) => a.guess - b.guess || a.misfit - b.misfit);
  return best?.span ?? { from: NaN, to: NaN };
}
