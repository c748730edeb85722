import type { AmiMessage } from './message.ts';
import type { RefusalKind } from '../system/refusal.ts';
import { Refusal } from '../system/refusal.ts';

const denied = /permission denied/i;

/** Whether the AMI account lacks the right to ask this. */
export function isDenied(response: AmiMessage): boolean {
  return response.name === 'Error' && denied.test(response.get('Message'));
}

/** The kind of refusal that Asterisk's text means (Asterisk 16–22, main/manager.c and apps/app_queue.c). */
function kindOf(text: string): RefusalKind {
  if (/already there/i.test(text)) return 'conflict';
  if (denied.test(text)) return 'unavailable';
  if (/not there|not found|no such|does not exist|could not be deleted/i.test(text)) return 'not-found';
  return 'conflict';
}

/** Returns Asterisk's text if it did what it was asked to do; otherwise throws a `Refusal` with that text. */
export function requireSuccess(response: AmiMessage): string {
  const text = response.get('Message');
  if (response.name === 'Success') return text;
  throw new Refusal(kindOf(text), text === '' ? 'Asterisk refused the request' : text);
}
