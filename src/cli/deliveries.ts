import { ask } from './ask.ts';
import { textOf, type Command } from './command.ts';
import { exit, UsageError } from './exit.ts';
import { jsonLine } from './io.ts';
import { escapeControls } from '../system/control-characters.ts';

type DeliveryLine = Readonly<Record<string, string | number>>;

interface DeliveriesData {
  readonly deliveries: readonly DeliveryLine[];
  readonly next: string;
  readonly more: boolean;
}

const columns = ['time', 'event', 'callId', 'receiver', 'state', 'attempts', 'changed', 'id', 'error'] as const;
/** Deliveries asked for at once. */
const page = 500;

/** Prints what became of the records at the receivers, the newest first. */
export const deliveries: Command = async ({ config, options, io }) => {
  const limit = readLimit(textOf(options, 'limit'));
  const found: DeliveryLine[] = [];
  let before: string | undefined;
  for (let more = true; more && found.length < limit;) {
    const { data } = await ask(config, 'GET', 'deliveries', {
      before,
      limit: String(Math.min(page, limit - found.length)),
      state: textOf(options, 'state'),
      receiver: textOf(options, 'receiver'),
      event: textOf(options, 'event'),
    });
    const answer = data as DeliveriesData;
    found.push(...answer.deliveries);
    ({ next: before, more } = answer);
  }
  const rows = found.slice(0, limit);
  if (options['json'] === true) await io.out(rows.map((row) => jsonLine(row, io)).join(''));
  else await io.out(rows.length === 0 ? 'none\n' : table(rows));
  return exit.well;
};

function table(rows: readonly DeliveryLine[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((name) => escapeControls(String(row[name] ?? ''))))];
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)));
  return lines
    .map(
      (cells) =>
        `${cells
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return 100;
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new UsageError('--limit must be a whole number from 1 to 99999');
  return Number(text);
}
