import { hash } from 'node:crypto';

/** What identifies an event. */
export interface Identity {
  readonly mac: string;
  readonly event: string;
  readonly callId: string;
  readonly rowKey: string;
}

/**
 * The `webhook-id` of an event: 32 hex digits (half a SHA-256), the same whenever the event is built again, so that a
 * receiver can drop what it has already seen.
 */
export function webhookId({ mac, event, callId, rowKey }: Identity): string {
  // JSON keeps the parts apart, since ids of calls and rows may be any strings.
  return hash('sha256', JSON.stringify([mac, event, callId, rowKey]), 'hex').slice(0, 32);
}
