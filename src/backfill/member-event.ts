/** What a line of queue_log tells of a member of a queue, or of all of them (apps/app_queue.c, ast_queue_log). */
export type MemberEvent =
  /** ms epoch; the log has whole seconds. `member`: its name or its interface, as Asterisk is set up. */
  | {
      readonly at: number;
      readonly type: 'added' | 'paused';
      readonly queue: string;
      readonly member: string;
      readonly reason: string | undefined;
    }
  | { readonly at: number; readonly type: 'removed' | 'ready'; readonly queue: string; readonly member: string }
  /** Asterisk has started: nobody knows since when it was away. */
  | { readonly at: number; readonly type: 'started' };

/** Ids in place of a caller's in lines that callers do not cause. */
const ours: ReadonlySet<string> = new Set(['NONE', 'MANAGER', 'REALTIME']);

/**
 * What a line tells of members; `undefined` if it tells of something else. `ADDMEMBER` and `REMOVEMEMBER` of a dialplan carry
 * its channel in place of `MANAGER`.
 */
export function readMemberEvent(line: string): MemberEvent | undefined {
  const [time = '', uniqueid = '', queue = '', member = '', name = '', ...data] = line.split('|');
  if (!/^\d{9,10}(\.\d+)?$/.test(time)) return undefined;
  const at = Number(time) * 1000;
  if (name === 'QUEUESTART' && uniqueid === 'NONE') return { at, type: 'started' };
  if (queue === '' || queue === 'NONE' || member === '' || member === 'NONE') return undefined;
  const text = data.join('|');
  switch (name) {
    case 'ADDMEMBER':
      return { at, type: 'added', queue, member, reason: text === 'PAUSED' ? '' : undefined };
    case 'REMOVEMEMBER':
      return { at, type: 'removed', queue, member };
    case 'PAUSE':
      return ours.has(uniqueid) ? { at, type: 'paused', queue, member, reason: text } : undefined;
    case 'UNPAUSE':
      return ours.has(uniqueid) ? { at, type: 'ready', queue, member } : undefined;
    default:
      return undefined;
  }
}
