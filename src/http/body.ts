import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';
import { parseForm, parseJson, type RequestFields } from './fields.ts';
import { boundaryOf, parseMultipart } from './multipart.ts';

/** Bounds of a request's body. */
export interface BodyLimits {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds from its first byte to its last. */
  readonly time: number;
}

const none: RequestFields = new Map();
const form = 'application/x-www-form-urlencoded';
const json = 'application/json';
const multipart = 'multipart/form-data';

/**
 * The fields of a request's body; none without a body. `onWanted` is called before the body is read, if the
 * headers describe a body that may be sent. A body without Content-Type is a form (contract §4).
 * @throws {HttpError} 400 malformed, 408 too slow, 413 too large, 415 of another type, charset or coding
 */
export async function readBody(
  message: IncomingMessage,
  limits: BodyLimits,
  onWanted: () => void,
): Promise<RequestFields> {
  const { headers } = message;
  if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) return none;
  const parse = parserOf(headers);
  if (Number(headers['content-length'] ?? 0) > limits.size) throw tooLarge(limits);
  onWanted();
  return parse(await readBytes(message, limits));
}

function parserOf(headers: IncomingHttpHeaders): (bytes: Buffer) => RequestFields {
  const contentType = headers['content-type'] ?? form;
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  for (const parameter of parameters) {
    const charset = /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/.exec(parameter)?.[1];
    if (charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) {
      throw new HttpError(415, `charset ${charset} is not supported, send utf-8`);
    }
  }
  const coding = headers['content-encoding'] ?? 'identity';
  if (coding.toLowerCase() !== 'identity') throw new HttpError(415, 'compressed bodies are not supported');
  switch (type.trim()) {
    case form:
      return asText(parseForm);
    case json:
      return asText(parseJson);
    case multipart: {
      const boundary = boundaryOf(contentType);
      return (bytes) => parseMultipart(bytes, boundary);
    }
    default:
      throw new HttpError(415, `content type must be ${form}, ${json} or ${multipart}`);
  }
}

function asText(parse: (text: string) => RequestFields): (bytes: Buffer) => RequestFields {
  return (bytes) => {
    if (!isUtf8(bytes)) throw new HttpError(400, 'the body is not UTF-8');
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    return text.trim() === '' ? none : parse(text);
  };
}

function readBytes(message: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      message.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      if (error === undefined) resolve(Buffer.concat(chunks));
      else reject(error);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limits.size) settle(tooLarge(limits));
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      settle();
    };
    const onGone = (): void => {
      settle(new HttpError(400, 'the body was cut short'));
    };
    const timer = setTimeout(() => {
      settle(new HttpError(408, 'the body took too long'));
    }, limits.time);
    message.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

function tooLarge(limits: BodyLimits): HttpError {
  return new HttpError(413, `the body is larger than ${limits.size} bytes`);
}
