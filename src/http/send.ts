import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { failure, type Answer, type StreamAnswer } from './answer.ts';
import type { Budget, Claim } from './budget.ts';

/** Bytes of an unwanted body that are still read, so that the client gets its answer. */
const drained = 1 << 20;
/** Bytes of an answer that is sent without a claim: there is at most one for each connection. */
const small = 16 * 1024;
/** Bytes that are written at once of a larger one. */
const piece = 64 * 1024;

/**
 * Writes an answer; a large one needs a claim on `unread`, the budget of bytes that clients have not read yet.
 * Resolves when the answer is out or the client gone; rejects when the answer's own stream fails.
 */
export async function send(
  message: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  cors: Readonly<Record<string, string>>,
  unread: Budget,
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
  const text = textOf(answer);
  if (text === undefined) {
    response.end();
    return;
  }
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store');
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json; charset=utf-8');
  const length = Buffer.byteLength(text);
  response.setHeader('Content-Length', length);
  if (message.method === 'HEAD') response.end();
  else if (length <= small) response.end(text);
  else await sendLarge(message, response, text, length, unread);
}

function textOf(answer: Exclude<Answer, StreamAnswer>): string | Buffer | undefined {
  if ('text' in answer) return answer.text;
  return answer.body === undefined ? undefined : JSON.stringify(answer.body);
}

async function sendLarge(
  message: IncomingMessage,
  response: ServerResponse,
  text: string | Buffer,
  size: number,
  unread: Budget,
): Promise<void> {
  const { socket } = message;
  const claim = unread.take({ remote: socket.remoteAddress ?? '', size, cut: () => socket.destroy() });
  if (claim === undefined) {
    const { body } = failure(503, 'too many answers wait to be read');
    const refusal = JSON.stringify(body);
    response.statusCode = 503;
    response.setHeader('Retry-After', '1');
    response.setHeader('Content-Length', refusal.length);
    response.end(refusal);
    return;
  }
  response.once('close', claim.release);
  await writePieces(response, typeof text === 'string' ? Buffer.from(text) : text, claim);
}

/** Resolves when the last piece is handed over, or the client gone. */
async function writePieces(response: ServerResponse, bytes: Buffer, { progressed }: Claim): Promise<void> {
  for (let at = 0; at < bytes.length && !response.destroyed; at += piece) {
    const isThere = response.write(bytes.subarray(at, at + piece));
    if (!isThere) await drain(response);
    progressed();
  }
  if (!response.destroyed) response.end();
}

function drain(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

/** Whether a body has a known and moderate length. Others end with the connection. */
function worthDraining(message: IncomingMessage): boolean {
  const { expect, 'transfer-encoding': coding, 'content-length': length } = message.headers;
  // A client that waits for 100 Continue may never send its body, and its next request would be claim for it.
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
    answer.onProgress?.(chunk.length);
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
