import type { Readable } from 'node:stream';

/** What a route answers. The server adds the headers for the connection, CORS, and the type and length of JSON. */
export type Answer = JsonAnswer | TextAnswer | StreamAnswer | EmptyAnswer;

/** Any JSON value, most often made by `success` (contract §4). */
export interface JsonAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly stream?: never;
}

/** Text (UTF-8), or what its headers say, that is sent byte for byte: JSON, unless the headers give another type. */
export interface TextAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string | Buffer;
  readonly body?: never;
  readonly stream?: never;
}

/** Bytes whose type and length the headers give. The stream is destroyed when the client goes away. */
export interface StreamAnswer {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: Readable;
  /** Called whenever the client has read on, with the bytes that are sent next. */
  readonly onProgress?: (bytes: number) => void;
  readonly body?: never;
}

/** No body at all (204, 304). */
export interface EmptyAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: never;
  readonly stream?: never;
}

/**
 * `{"status":"success","message":…,"data":…}`, in this order; `undefined` members are left out (contract §4, §4.12).
 */
export function success(message?: string, data?: unknown): JsonAnswer {
  return { body: { status: 'success', message, data } };
}

/** `{"status":"error","message":…}` (contract §4). */
export function failure(status: number, message: string, headers: Readonly<Record<string, string>> = {}): JsonAnswer {
  return { status, headers, body: { status: 'error', message } };
}
