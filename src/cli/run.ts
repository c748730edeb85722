import type { Loaded } from '../config/parse.ts';
import type { CommandName, OptionValues } from './arguments.ts';
import type { Command } from './command.ts';
import { CommandError, exit, UsageError, type ExitCode } from './exit.ts';
import type { Io } from './io.ts';

/** Loads the one file that is needed. */
const commands: Readonly<Record<Exclude<CommandName, ''>, () => Promise<Command>>> = {
  check: async () => (await import('./check.ts')).check,
  token: async () => (await import('./token.ts')).token,
  status: async () => (await import('./status.ts')).status,
  records: async () => (await import('./records.ts')).records,
  deliveries: async () => (await import('./deliveries.ts')).deliveries,
  replay: async () => (await import('./replay.ts')).replay,
};

/** Runs a command to its end; what it cannot do is said on standard error, by its name. */
export async function runCommand(
  name: Exclude<CommandName, ''>,
  options: OptionValues,
  { config, warnings }: Loaded,
  io: Io,
): Promise<ExitCode> {
  try {
    const command = await commands[name]();
    return await command({ config, warnings, options, io });
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof UsageError)) throw error;
    io.err(`coocenter-api ${name}: ${error.message}\n`);
    return error instanceof UsageError ? exit.misused : exit.failed;
  }
}
