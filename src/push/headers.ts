import { createHmac } from 'node:crypto';
import type { Entry } from '../store/store.ts';

/** Headers of one request, without `Content-Length` and `Host`, which the transport adds. */
export type Headers = Readonly<Record<string, string | number>>;

/**
 * The headers of an attempt to push `entry`, signed if there is a key (Standard Webhooks). `now`: the time of the attempt
 * in milliseconds since 1970. The token of contract §2 is not sent: anybody who has it can command the box.
 */
export function headersOf(
  entry: Entry,
  attempt: number,
  userAgent: string,
  key: Buffer | undefined,
  now: number,
): Headers {
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': userAgent,
    'webhook-id': entry.id,
    'x-coocenter-attempt': attempt,
  };
  if (key === undefined) return headers;
  const timestamp = Math.floor(now / 1000);
  return {
    ...headers,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature(key, entry.id, timestamp, entry.body),
  };
}

/**
 * The value of `webhook-signature`: version 1, HMAC-SHA256 in base64 over `id.timestamp.body`. `timestamp`: whole seconds
 * since 1970 (Standard Webhooks, "Signature scheme").
 */
export function signature(key: Buffer, id: string, timestamp: number, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
