import { localMoments } from '../system/local-time.ts';
import type { Row, RowSpan } from './model.ts';

/** Identifies a row, but for equal ones: UniqueID, DestinationChannel, LastApplication, StartTime, EndTime. */
export function rowKeyOf(row: Row): string {
  const { uniqueId, destinationChannel, lastApplication, startTime, endTime } = row;
  return [uniqueId, destinationChannel, lastApplication, startTime, endTime].join('|');
}

/** Milliseconds by which a channel may be older than its Uniqueid says: Asterisk reads the clock twice. */
export const uniqueidSlack = 5_000;

/** The second (ms epoch) in which a channel was made: its Uniqueid begins with it (`[systemname-]1534993030.626`). */
export function madeAt(uniqueId: string): number | undefined {
  const found = /(?:^|-)(\d{9,11})\.\d+$/.exec(uniqueId)?.[1];
  return found === undefined ? undefined : Number(found) * 1000;
}

/**
 * When a row with local times began and ended. In the hour that the clock shows twice, the row's duration tells how its
 * two times belong together. `told` (ms epoch), when Asterisk sent the row, tells which of the two hours it was;
 * without it the Uniqueid does, because most rows begin soon after their channel, and none before it.
 */
export function spanOf(row: Row, told?: number): RowSpan {
  const long = row.duration === '' ? 0 : Number(row.duration) * 1000;
  const made = madeAt(row.uniqueId);
  const guess = ({ from, to }: RowSpan): number => {
    if (told !== undefined) return Math.abs(to - told);
    if (made === undefined) return 0;
    return from < made - uniqueidSlack ? Infinity : from - made;
  };
  const spans = localMoments(row.startTime)
    .flatMap((from) => localMoments(row.endTime).map((to) => ({ from, to })))
    .map((span) => ({ span, misfit: Math.abs(span.to - span.from - long), guess: guess(span) }));
  // Asterisk rounds start, end and duration separately: a second apart still fits.
  const fits = spans.filter(({ misfit }) => misfit <= 1000);
  const [best] = (fits.length > 0 ? fits : spans).sort((a, b) => a.guess - b.guess || a.misfit - b.misfit);
  return best?.span ?? { from: NaN, to: NaN };
}
