import { parseMoment } from '../moment.ts';
import { integer, optional, text, type Param } from '../params.ts';

/** The records of the contract (§3.5–§3.7): those that a client gets that names none. */
export const contractRecords: readonly string[] = ['ivr', 'cdr', 'cc_cdr'];

/** The events that are kept; all others are worthless when late. */
export const recordEvents: readonly string[] = [
  ...contractRecords,
  'recording',
  'disposition',
  'missedcall',
  'missedcall_closed',
];

const one = `(?:${recordEvents.join('|')})`;
const id = '[0-9a-f]{32}';
/** Ids in one request: what a body of 16 KB holds. */
const mostIds = 400;

function split(param: Param<string>): Param<readonly string[]> {
  const { allowed, pattern, required } = param;
  return { allowed, pattern, required, read: (value) => param.read(value)?.split(',') };
}

/** One or several events. */
export const events: Param<readonly string[] | undefined> = optional(
  split(text(`${one}(?:,${one})*`, `one or several of ${recordEvents.join(', ')}, separated by commas`)),
);

/** Values of `webhook-id`. */
export const ids: Param<readonly string[] | undefined> = optional(
  split(
    text(`${id}(?:,${id}){0,${mostIds - 1}}`, `a webhook-id (32 hex digits), or up to ${mostIds}, separated by commas`),
  ),
);

/** Where an earlier answer ended. */
export const cursor: Param<string | undefined> = optional(
  text('[0-9a-f]{8}-[0-9]{1,15}', 'a cursor of an earlier answer, such as 3f9ac21b-1842'),
);

/** Rows in one answer. */
export const limit: Param<number | undefined> = optional(integer(1, 1_000));

/** What the receiver of `[general] URL` is called where those of `[push.<name>]` go by their names, in lower case. */
const ofUrl = 'URL';

/** A receiver by its name here, as the outbox knows it (`''`: that of `[general] URL`). */
export const receiver: Param<string | undefined> = optional({
  ...text(`${ofUrl}|[a-z0-9_-]{1,40}`, `the name of a [push.<name>], in lower case, or ${ofUrl} for that of [general]`),
  read: (value) => (value === ofUrl ? '' : /^[a-z0-9_-]{1,40}$/.test(value) ? value : undefined),
});

/** A receiver's name as clients know it. */
export function receiverName(name: string): string {
  return name === '' ? ofUrl : name;
}

/** A moment: milliseconds since 1970, the whole second that it stands for being `[from, to]`. */
export const moment: Param<{ readonly from: number; readonly to: number } | undefined> = optional({
  allowed: 'YYYY-MM-DD HH:MM:SS in the time of the box, or ISO 8601',
  pattern: '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?',
  required: true,
  read: parseMoment,
});
