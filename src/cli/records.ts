import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.ts';
import { textOf, type Command } from './command.ts';
import { exit, UsageError } from './exit.ts';
import { jsonLine } from './io.ts';

/** Records asked for at once. */
const page = 500;
/** Milliseconds between two questions for those that come. */
const pause = 1_000;

interface RecordsData {
  readonly records: readonly unknown[];
  readonly next: string;
  readonly more: boolean;
  readonly reset: boolean;
  readonly expired: boolean;
}

/** Prints the records that are kept, a line of JSON each, page by page. */
export const records: Command = async ({ config, options, io }) => {
  let left = readLimit(textOf(options, 'limit'));
  let since = textOf(options, 'since');
  while (!io.isClosed) {
    const limit = String(Math.min(page, left));
    const { data } = await ask(config, 'GET', 'records', { since, limit, event: textOf(options, 'event') });
    const { records: found, next, more, reset, expired } = data as RecordsData;
    if (reset) io.err('the cursor is of an earlier store: this begins with the oldest record of the one there is\n');
    if (expired) io.err('some records between the cursor and these are gone: they were older than keep_days\n');
    await io.out(found.map((record) => jsonLine(record, io)).join(''));
    since = next;
    left -= found.length;
    if (left <= 0) break;
    if (more) continue;
    if (options['follow'] !== true) break;
    await sleep(pause);
  }
  return exit.well;
};

function readLimit(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError('--limit must be a whole number, 1 or more');
  return Number(text);
}
