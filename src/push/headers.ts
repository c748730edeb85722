import { createHmac } from 'node:crypto';

/** Headers of one request, without `Content-Length` and `Host`, which the transport adds. */
export type Headers = Readonly<Record<string, string | number>>;

/** An event as it is sent: its `webhook-id` and the request body. */
export interface Sent {
  readonly id: string;
  readonly body: string;
}

/** What is the same for all requests to a receiver. */
export interface Sending {
  readonly userAgent: string;
  readonly contentType: string;
  /** Those that the receiver wants besides; none of them has a name of ours. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Signs what is sent, if there is one. */
  readonly key: Buffer | undefined;
}

/**
 * The headers of an attempt to push an event, signed if there is a key (Standard Webhooks): over the body that is sent.
 * `now`: the time of the attempt in milliseconds since 1970. The token of contract §2 is not sent: anybody who has it can
 * command the box.
 */
export function headersOf(
  { id, body }: Sent,
  attempt: number,
  { userAgent, contentType, headers: further = {}, key }: Sending,
  now: number,
): Headers {
  const headers = {
    ...further,
    'Content-Type': contentType,
    'User-Agent': userAgent,
    'webhook-id': id,
    'x-coocenter-attempt': attempt,
  };
  if (key === undefined) return headers;
  const timestamp = Math.floor(now / 1000);
  return {
    ...headers,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature(key, id, timestamp, body),
  };
}

/**
 * The value of `webhook-signature`: version 1, HMAC-SHA256 in base64 over `id.timestamp.body`. `timestamp`: whole seconds
 * since 1970 (Standard Webhooks, "Signature scheme").
 */
export function signature(key: Buffer, id: string, timestamp: number, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
