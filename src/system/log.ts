/** journald priority of a line: 3 error, 4 warning, 6 information, 7 debug (sd-daemon(3)). */
export type LogLevel = 'error' | 'warning' | 'info' | 'debug';

const priorities: Record<LogLevel, number> = { error: 3, warning: 4, info: 6, debug: 7 };

/** Writes one line per call; `cause` is appended with its stack. */
export interface Log {
  error(message: string, cause?: unknown): void;
  warning(message: string, cause?: unknown): void;
  info(message: string): void;
  debug(message: string): void;
}

/** A cause as text: the stack of an Error (with the chain of its causes), anything else as it prints. */
export function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause === 'string' ? cause : JSON.stringify(cause);
  const text = cause.stack ?? `${cause.name}: ${cause.message}`;
  return cause.cause === undefined ? text : `${text}\ncaused by ${describe(cause.cause)}`;
}

/**
 * A log on a stream, its lines prefixed `<n>` as journald reads levels from stdout (sd-daemon(3)); without the
 * prefix where a person reads (a terminal).
 */
export function createLog(
  level: LogLevel,
  out: { write(text: string): unknown; isTTY?: boolean } = process.stdout,
): Log & { setLevel(level: LogLevel): void } {
  let limit = priorities[level];
  const emit = (at: LogLevel, message: string, cause?: unknown): void => {
    const priority = priorities[at];
    if (priority > limit) return;
    const text = cause === undefined ? message : `${message}: ${describe(cause)}`;
    const prefix = out.isTTY === true ? '' : `<${priority}>`;
    // journald reads the level line by line: a stack keeps it on each of its lines.
    out.write(`${prefix}${text.replaceAll('\n', `\n${prefix}  `)}\n`);
  };
  return {
    setLevel: (next) => {
      limit = priorities[next];
    },
    error: (message, cause) => {
      emit('error', message, cause);
    },
    warning: (message, cause) => {
      emit('warning', message, cause);
    },
    info: (message) => {
      emit('info', message);
    },
    debug: (message) => {
      emit('debug', message);
    },
  };
}
