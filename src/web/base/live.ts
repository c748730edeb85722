import { signal } from '@preact/signals';
import type { CallerValue, CallValue, ExtensionValue, MemberValue, QueueValue } from '../../live/things.ts';
import { Table } from './table.ts';

/**
 * What the page knows of the box. `connecting`: nothing yet. `live`: it knows what the box knows. `asteriskAway`: the
 * box does not know either. `boxAway`: there is no connection, the next try is at `retryAt`. `refused`: the box does not
 * want to tell, and says why. Moments in seconds by the clock of the box.
 */
export type Link =
  | { readonly state: 'connecting' | 'live' }
  | { readonly state: 'asteriskAway'; readonly since: number }
  | { readonly state: 'boxAway'; readonly since: number; readonly retryAt: number }
  | { readonly state: 'refused'; readonly since: number; readonly retryAt: number; readonly message: string };

/** How things stand with the box. */
export const link = signal<Link>({ state: 'connecting' });

/** When the box was last heard, in milliseconds by the clock of the browser; heartbeats count. */
export const heardAt = signal(0);

/** What goes on, as the stream tells it (docs/stream.md). */
export const extensions = new Table<ExtensionValue>();
export const queues = new Table<QueueValue>();
export const members = new Table<MemberValue>();
export const callers = new Table<CallerValue>();
export const calls = new Table<CallValue>();

/** The tables by the names of their events. */
export const tables = { extension: extensions, queue: queues, member: members, caller: callers, call: calls } as const;

/** A pushed event: its body, and the id of its call. */
export type Pushed = Readonly<Record<string, unknown>> & { readonly event: string; readonly callId: string };

const listeners = new Set<(event: Pushed) => void>();

/** Is told of every pushed event, each once; returns what ends that. */
export function onPushed(listener: (event: Pushed) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells them. */
export function tellPushed(event: Pushed): void {
  for (const listener of listeners) listener(event);
}

/** Forgets everything: somebody else may see something else. */
export function forget(): void {
  for (const table of Object.values(tables)) table.replace({});
  link.value = { state: 'connecting' };
}
