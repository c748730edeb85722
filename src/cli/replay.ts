import { escapeControls } from '../system/control-characters.ts';
import { ask } from './ask.ts';
import { textOf, type Command } from './command.ts';
import { exit, UsageError } from './exit.ts';

/** Sends records again. */
export const replay: Command = async ({ config, options, io }) => {
  const { id, dead } = options;
  const ids = Array.isArray(id) ? id.join(',') : undefined;
  const from = textOf(options, 'from');
  if (ids === undefined && from === undefined && dead !== true) {
    throw new UsageError('say which: --id ID, --from TIME (and --to TIME), or --dead');
  }
  const { message, data } = await ask(config, 'POST', 'deliveries/replay', {
    id: ids,
    from,
    to: textOf(options, 'to'),
    state: dead === true ? 'dead' : undefined,
    receiver: textOf(options, 'receiver'),
    event: textOf(options, 'event'),
  });
  const { waiting, unknown } = data as { readonly waiting: number; readonly unknown: readonly string[] };
  await io.out(`${escapeControls(message)}${waiting > 0 ? `, ${waiting} were waiting anyway` : ''}\n`);
  if (unknown.length === 0) return exit.well;
  io.err(`no such record: ${escapeControls(unknown.join(', '))}\n`);
  return exit.failed;
};
