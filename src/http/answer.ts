import type { Readable } from 'node:stream';

/** What a route answers; headers of the connection, CORS, type and length of JSON are the server's. */
export type Answer = JsonAnswer | TextAnswer | StreamAnswer | EmptyAnswer;

/** Any JSON value, most often made by `success` (contract §4). */
export interface JsonAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly stream?: never;
}

/** JSON that is text already, and goes out byte for byte. */
export interface TextAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body?: never;
  readonly stream?: never;
}

/** Bytes of a known type and length, told by the headers; destroyed when the client goes away. */
export interface StreamAnswer {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: Readable;
  /** Told whenever the client has read on. */
  readonly onProgress?: () => void;
  readonly body?: never;
}

/** No body at all (204, 304). */
export interface EmptyAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: never;
  readonly stream?: never;
}

/** `{"status":"success","message":…,"data":…}`, in this order; what is `undefined` is left out (contract §4, §4.12). */
export function success(message?: string, data?: unknown): JsonAnswer {
  return { body: { status: 'success', message, data } };
}

/** `{"status":"error","message":…}` (contract §4). */
export function failure(status: number, message: string, headers: Readonly<Record<string, string>> = {}): JsonAnswer {
  return { status, headers, body: { status: 'error', message } };
}
