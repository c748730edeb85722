import { inspect } from 'node:util';
import { escapeControls } from './control-characters.ts';

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

/** How many errors behind an error are written, in depth and in breadth: a cause may be its own cause. */
const deepest = 4;

/** A cause as text: the stack of an Error with the errors behind it; anything else as it prints. Never throws. */
export function describe(cause: unknown, depth = 0): string {
  if (!(cause instanceof Error)) return typeof cause === 'string' ? cause : inspect(cause, { breakLength: Infinity });
  const text = cause.stack ?? `${cause.name}: ${cause.message}`;
  if (depth === deepest) return text;
  const behind: unknown[] = cause instanceof AggregateError ? cause.errors.slice(0, deepest) : [];
  if (cause.cause !== undefined) behind.push(cause.cause);
  return [text, ...behind.map((one) => `caused by ${describe(one, depth + 1)}`)].join('\n');
}

/**
 * A log on a stream. Its lines begin with `<n>`, from which journald reads the level (sd-daemon(3)), unless the stream is
 * a terminal. Control characters are escaped: values of Asterisk, clients and receivers must not move a cursor.
 */
export function createLog(
  level: LogLevel,
  out: { write(text: string): unknown; isTTY?: boolean } = process.stdout,
): Log & { setLevel(level: LogLevel): void } {
  let limit = priorities[level];
  const emit = (at: LogLevel, message: string, cause?: unknown): void => {
    const priority = priorities[at];
    if (priority > limit) return;
    const text = escapeControls(cause === undefined ? message : `${message}: ${describe(cause)}`, '\n\t');
    const prefix = out.isTTY === true ? '' : `<${priority}>`;
    // journald reads the level line by line: each line of a stack has it.
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
