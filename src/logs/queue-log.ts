/** A line of Asterisk's queue_log that speaks of a caller (apps/app_queue.c, ast_queue_log). */
export interface QueueEntry {
  /** ms epoch; the log has whole seconds. */
  readonly at: number;
  /** Uniqueid of the caller's channel. */
  readonly uniqueid: string;
  readonly queue: string;
  /** Name of the member, `NONE` where there is none. */
  readonly agent: string;
  /** `ENTERQUEUE`, `CONNECT`, … */
  readonly event: string;
  /** What the event adds, in its own order; without the empty ones at the end. */
  readonly data: readonly string[];
}

/** Events of a queue that are not of a caller. */
const others: ReadonlySet<string> = new Set(['', 'NONE', 'MANAGER', 'REALTIME']);

/** What a line says of a caller; `undefined` when it is about something else, or torn. */
export function readEntry(line: string): QueueEntry | undefined {
  const [time = '', uniqueid = '', queue = '', agent = '', event = '', ...data] = line.split('|');
  if (!/^\d{9,11}(\.\d+)?$/.test(time) || others.has(uniqueid) || queue === '' || event === '') return undefined;
  while (data.at(-1) === '') data.pop();
  return { at: Number(time) * 1000, uniqueid, queue, agent, event, data };
}
