/** Input and output of a command. */
export interface Io {
  /** The whole standard input, up to 4 KB; what is beyond is not read. */
  readInput(): Promise<string>;
  /** Resolves when more may be written: nothing is buffered for a reader that has stopped. */
  out(text: string): Promise<void>;
  err(text: string): void;
  /** Nobody reads `out` any more. */
  readonly isClosed: boolean;
  /** `out` is a terminal, where control characters would take effect. */
  readonly isTerminal: boolean;
  /** `out` shows colours. */
  readonly hasColor: boolean;
}

const mostInput = 4096;

/** Standard input, output and error of this process. Colour on a terminal only, and never with NO_COLOR (no-color.org). */
export function processIo(): Io {
  const { stdout, stderr, env } = process;
  return {
    readInput: async () => {
      let text = '';
      for await (const chunk of process.stdin.setEncoding('utf8')) {
        text += String(chunk);
        if (text.length >= mostInput) break;
      }
      return text.slice(0, mostInput);
    },
    out: (text) =>
      new Promise((resolve) => {
        if (stdout.destroyed || !stdout.writable) resolve();
        // Called for a failure too: the reader is gone.
        else
          stdout.write(text, () => {
            resolve();
          });
      }),
    err: (text) => {
      stderr.write(text);
    },
    get isClosed() {
      return stdout.destroyed || !stdout.writable;
    },
    isTerminal: stdout.isTTY,
    hasColor: stdout.isTTY && (env['NO_COLOR'] ?? '') === '',
  };
}

/** How well something is. */
export type Level = 'ok' | 'warn' | 'fail';

const colors: Readonly<Record<Level, number>> = { ok: 32, warn: 33, fail: 31 };

/** The word for a level, four characters wide. */
export function levelText(level: Level, { hasColor }: Pick<Io, 'hasColor'>): string {
  const word = level.padEnd(4);
  return hasColor ? `\x1b[${colors[level]}m${word}\x1b[0m` : word;
}

/** A value as a line of JSON. On a terminal the control characters that JSON allows (DEL, C1) are escaped too. */
export function jsonLine(value: unknown, { isTerminal }: Pick<Io, 'isTerminal'>): string {
  const text = JSON.stringify(value);
  if (!isTerminal) return `${text}\n`;
  return `${text.replaceAll(/\p{Cc}/gu, (found) => `\\u00${found.charCodeAt(0).toString(16)}`)}\n`;
}
