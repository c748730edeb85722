import type { AmiMessage } from '../ami/message.ts';

/**
 * When an event happened, in seconds as AMI prints them (`1534993059.785012`): its own Timestamp if manager.conf has
 * `timestampevents = yes`, otherwise the time of arrival.
 */
export function timestampOf(message: AmiMessage, now: number): string {
  const own = message.get('Timestamp');
  return own === '' ? (now / 1000).toFixed(6) : own;
}

/** When an event happened, as `timestampOf`, in ms epoch. */
export function momentOf(message: AmiMessage, now: number): number {
  const own = Number(message.get('Timestamp'));
  return own > 0 ? own * 1000 : now;
}
