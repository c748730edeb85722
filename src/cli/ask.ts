import { request, type IncomingMessage } from 'node:http';
import type { Config } from '../config/config.ts';
import { localSocketOf } from '../config/local-socket.ts';
import { acceptedDays, tokenOf } from '../http/auth.ts';
import { CommandError, UsageError } from './exit.ts';

/** Milliseconds without a byte from the daemon. A large replay is answered once it is stored. */
const answerTimeout = 600_000;
const running = 'is it running? systemctl status coocenter-api';

/** Parameters of a request; those that are `undefined` are left out. */
export type RequestParameters = Readonly<Record<string, string | undefined>>;

/** The token of today (contract §2). */
export function todaysToken(webkey: string, now: Date): string {
  const [, today = ''] = acceptedDays(now);
  return tokenOf(webkey, today);
}

/**
 * Asks the running daemon, through its own API; the path is below `/coocenter-api/`. Returns `data` of its answer. It
 * goes by the daemon's Unix socket only: while the daemon is down, another program may listen on its port, and would
 * get a token.
 * @throws {CommandError} the daemon does not run, or cannot do it
 * @throws {UsageError} a parameter is not allowed
 */
export async function ask(
  { general }: Pick<Config, 'general'>,
  method: 'GET' | 'POST',
  path: string,
  parameters: RequestParameters = {},
): Promise<{ readonly message: string; readonly data: unknown }> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.set(name, value);
  const text = form.toString();
  const { path: socketPath } = localSocketOf(general);
  const { status, text: answered } = await send({
    socketPath,
    method,
    path: `/coocenter-api/${path}${method === 'GET' && text !== '' ? `?${text}` : ''}`,
    body: method === 'GET' ? '' : text,
  });
  const answer = read(answered);
  if (answer === undefined) throw new CommandError(`${socketPath} is not coocenter-api`);
  if (status === 200) return answer;
  if (status === 400) throw new UsageError(answer.message);
  throw new CommandError(`the daemon answers ${status}: ${answer.message}`);
}

interface Sent {
  readonly socketPath: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

function send({ body, ...where }: Sent): Promise<{ readonly status: number; readonly text: string }> {
  const headers =
    body === ''
      ? {}
      : { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const fail = (cause: Error & { readonly code?: string }): void => {
      const why = cause.message === '' ? (cause.code ?? cause.name) : cause.message;
      const what = cause.code === 'EACCES' ? 'that is for root and the group coocenter-api' : running;
      const text = `the daemon does not answer (${why}): ${what}`;
      reject(new CommandError(text, { cause }));
    };
    const asked = request({ ...where, headers, agent: false, timeout: answerTimeout }, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      });
      response.on('error', fail);
    });
    asked.on('timeout', () => asked.destroy(new Error(`nothing in ${answerTimeout / 1000} s`)));
    asked.on('error', fail);
    asked.end(body);
  });
}

/** An answer of the API (contract §4); `undefined` when it is none. */
function read(text: string): { readonly message: string; readonly data: unknown } | undefined {
  try {
    const value = JSON.parse(text) as { readonly message?: unknown; readonly data?: unknown } | null;
    return typeof value?.message === 'string' ? { message: value.message, data: value.data } : undefined;
  } catch {
    // Some other program answers there.
    return undefined;
  }
}
