/** Exit codes of every command (told by --help). */
export const exit = { well: 0, failed: 1, misused: 2 } as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

/** The command line cannot be meant so; its message says what was not understood, and what may have been. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command cannot do its work; its message is all that the user needs. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
