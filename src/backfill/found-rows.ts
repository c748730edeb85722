import type { FoundRows } from './queue-call.ts';
import type { LogRow } from './row.ts';

/** Rows of one call that are kept. */
const MOST_LEGS = 50;

/** The rows of a call with one more. */
export function withRow(rows: FoundRows | undefined, row: LogRow): FoundRows {
  const { from, to } = row.span;
  return {
    from: Math.min(rows?.from ?? from, from),
    to: Math.max(rows?.to ?? to, to),
    channel: rows?.channel ?? row.channel,
    destination: rows?.destination ?? row.destination,
    legs: [...(rows?.legs ?? []), legOf(row)].slice(-MOST_LEGS),
  };
}

function legOf(row: LogRow): FoundRows['legs'][number] {
  return {
    ...row.span,
    channel: row.destinationChannel,
    isAnswered: row.disposition === 'ANSWERED' && row.destinationChannel !== '',
    queue: row.lastApplication === 'Queue' ? row.lastData.replace(/,.*/s, '') : row.destination,
  };
}
