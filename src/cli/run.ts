import { loadConfig } from '../config/load.ts';
import { ConfigError } from '../config/parse.ts';
import type { Arguments, CommandName } from './arguments.ts';
import type { Command } from './command.ts';
import { CommandError, exit, UsageError, type ExitCode } from './exit.ts';
import { escapeControls } from '../system/control-characters.ts';
import { levelText, type Io } from './io.ts';

/** Every name but that of the daemon. */
export type ShortCommand = Exclude<CommandName, ''>;

/** Loads the one file that is needed. */
const commands: Readonly<Record<ShortCommand, () => Promise<Command>>> = {
  check: async () => (await import('./check.ts')).check,
  token: async () => (await import('./token.ts')).token,
  status: async () => (await import('./status.ts')).status,
  records: async () => (await import('./records.ts')).records,
  deliveries: async () => (await import('./deliveries.ts')).deliveries,
  user: async () => (await import('./user.ts')).user,
  replay: async () => (await import('./replay.ts')).replay,
};

/**
 * Runs a command to its end. The entrance of this room. In: a command line that was taken apart. Out: text for people
 * or programs, and an exit code; failures go to standard error. It must not know the daemon's parts, and asks it by
 * HTTP only.
 */
export async function runCommand(
  name: ShortCommand,
  { config: file, options, words }: Pick<Arguments, 'config' | 'options' | 'words'>,
  io: Io,
): Promise<ExitCode> {
  try {
    const loaded = loadConfig(file);
    const command = await commands[name]();
    return await command({ ...loaded, options, words, io });
  } catch (error) {
    if (error instanceof ConfigError) return await wrongConfig(name, error, io);
    if (!(error instanceof CommandError || error instanceof UsageError)) throw error;
    io.err(`coocenter-api ${name}: ${escapeControls(error.message)}\n`);
    return error instanceof UsageError ? exit.misused : exit.failed;
  }
}

/** Each problem says file, line, key and what is allowed; to `check` they are findings like others. */
async function wrongConfig(name: ShortCommand, { problems }: ConfigError, io: Io): Promise<ExitCode> {
  if (name !== 'check') io.err(problems.map((problem) => `${escapeControls(problem)}\n`).join(''));
  else await io.out(problems.map((problem) => `${levelText('fail', io)}  ${escapeControls(problem)}\n`).join(''));
  return exit.failed;
}
