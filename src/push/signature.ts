import { createHmac } from 'node:crypto';

/**
 * The value of `webhook-signature`: version 1, HMAC-SHA256 in base64 over `id.timestamp.body`, the timestamp in whole
 * seconds since 1970 (Standard Webhooks, "Signature scheme").
 */
export function signature(key: Buffer, id: string, timestamp: number, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
