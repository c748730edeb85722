import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Answer, StreamAnswer } from './answer.ts';

/** Bytes of a body that nobody wants which are still read, so that the client can read its answer. */
const drained = 1 << 20;

/** Writes an answer; resolves when it is out or the client gone, rejects when the answer's own stream fails. */
export async function send(
  message: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  cors: Readonly<Record<string, string>>,
): Promise<void> {
  if (response.destroyed) {
    answer.stream?.destroy();
    return;
  }
  if (!message.complete && (answer.status === 408 || !worthDraining(message))) response.shouldKeepAlive = false;
  response.setHeader('X-Content-Type-Options', 'nosniff');
  for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  response.statusCode = answer.status ?? 200;
  if (answer.stream !== undefined) {
    await sendStream(message, response, answer);
    return;
  }
  if (answer.body === undefined) {
    response.end();
    return;
  }
  const text = JSON.stringify(answer.body);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(message.method === 'HEAD' ? undefined : text);
}

/** A body of known and moderate length; the others end with the connection. */
function worthDraining(message: IncomingMessage): boolean {
  const { expect, 'transfer-encoding': coding, 'content-length': length } = message.headers;
  // Who waits to be told to go on may never send its body, and what follows would be taken for it.
  return expect === undefined && coding === undefined && Number(length) <= drained;
}

async function sendStream(message: IncomingMessage, response: ServerResponse, answer: StreamAnswer): Promise<void> {
  const { stream } = answer;
  if (message.method === 'HEAD') {
    stream.destroy();
    response.end();
    return;
  }
  let sent = 0;
  stream.on('data', (chunk: Buffer) => {
    sent += chunk.length;
  });
  try {
    await pipeline(stream, response, { end: false });
  } catch (error) {
    if (isGone(error)) return;
    throw error;
  }
  const promised = answer.headers['Content-Length'];
  // A file that shrank while it was sent: the client must not wait for the rest.
  if (promised !== undefined && sent !== Number(promised)) throw new Error(`${sent} bytes of ${promised} were there`);
  response.end();
}

/** The client went away: nothing is wrong here. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'EPIPE';
}
