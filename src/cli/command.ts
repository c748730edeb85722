import type { Config } from '../config/config.ts';
import type { OptionValues } from './arguments.ts';
import type { ExitCode } from './exit.ts';
import type { Io } from './io.ts';

/** What a command works with. */
export interface CommandContext {
  readonly config: Config;
  /** What should be said about the configuration's file. */
  readonly warnings: readonly string[];
  /** Lines of `[users]` that are wrong. */
  readonly wrongUsers: readonly string[];
  readonly options: OptionValues;
  /** What stands behind the command and is no option. */
  readonly words: readonly string[];
  readonly io: Io;
}

/** A command; its failures are CommandError and UsageError. */
export type Command = (context: CommandContext) => Promise<ExitCode> | ExitCode;

/** The value of an option that takes a text. */
export function textOf(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}
