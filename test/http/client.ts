import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Log } from '../../src/system/log.ts';

/** What a server answered. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request on a connection of its own; the path is sent as it is. */
export async function ask(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string | Buffer,
): Promise<Reply> {
  const request = httpRequest({ port, host: '127.0.0.1', method, path, headers, agent: false });
  // Node's client sends the body of a DELETE without its length.
  if (body !== undefined && !request.hasHeader('transfer-encoding')) {
    request.setHeader('Content-Length', Buffer.byteLength(body));
  }
  // After the answer the server may cut the connection; before it, `once` rejects.
  request.on('error', () => undefined);
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** Sends the pieces as they are, one after the other was taken, and reads until the server closes. */
export async function raw(port: number, ...pieces: readonly (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    received += String(chunk);
  });
  // A reset after the answer is what a server does that does not read the rest.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.setNoDelay();
  for (const piece of pieces) {
    if (!socket.writable) break;
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!socket.destroyed) await once(socket, 'close');
  return received;
}

/** A log that keeps what it is told. */
export function memoryLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const at =
    (level: string) =>
    (message: string, cause?: unknown): void => {
      lines.push(`${level} ${message}${cause instanceof Error ? `: ${String(cause)}` : ''}`);
    };
  return { lines, error: at('error'), warning: at('warning'), info: at('info'), debug: at('debug') };
}
