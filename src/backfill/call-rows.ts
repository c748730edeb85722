import type { CallRows } from './logged-call.ts';
import type { LogRow } from './row.ts';

/** Most rows kept of one call. */
const mostLegs = 50;

/** Adds a row to those of its call. */
export function withRow(rows: CallRows | undefined, row: LogRow): CallRows {
  const { from, to } = row.span;
  return {
    from: Math.min(rows?.from ?? from, from),
    to: Math.max(rows?.to ?? to, to),
    channel: rows?.channel ?? row.channel,
    destination: rows?.destination ?? row.destination,
    legs: [...(rows?.legs ?? []), legOf(row)].slice(-mostLegs),
  };
}

function legOf(row: LogRow): CallRows['legs'][number] {
  return {
    ...row.span,
    channel: row.destinationChannel,
    isAnswered: row.disposition === 'ANSWERED' && row.destinationChannel !== '',
    queue: row.lastApplication === 'Queue' ? row.lastData.replace(/,.*/s, '') : row.destination,
  };
}
