import type { AmiMessage } from '../ami/message.ts';
import { ApiError } from '../system/api-error.ts';

const denied = /permission denied/i;

/** Whether the AMI account lacks the right to ask this. */
export function isDenied(response: AmiMessage): boolean {
  return response.name === 'Error' && denied.test(response.get('Message'));
}

/** Which HTTP status a refusal of Asterisk is (texts: asterisk 16–22, main/manager.c and apps/app_queue.c). */
function statusOf(text: string): number {
  if (/already there/i.test(text)) return 409;
  if (denied.test(text)) return 503;
  if (/not there|not found|no such|does not exist|could not be deleted/i.test(text)) return 404;
  return 409;
}

/** Asterisk's text when it did what it was asked; else an `ApiError` with its text and a fitting status. */
export function accepted(response: AmiMessage): string {
  const text = response.get('Message');
  if (response.name === 'Success') return text;
  throw new ApiError(statusOf(text), text === '' ? 'Asterisk refused the request' : text);
}
