import { signal } from '@preact/signals';
import { personal } from '../base/personal.ts';

/** What can be chosen in the panes. */
export type Kind = 'queue' | 'caller' | 'member' | 'extension' | 'call' | 'number' | 'record';

/** Something in a pane: its kind, and its key in the table of its kind (a number is its own). */
export interface Thing {
  readonly kind: Kind;
  readonly key: string;
}

/** What was chosen last; the keys act on it. */
export const chosen = personal<Thing | undefined>(undefined);

/** The panes, from left to right. */
export const panes = ['queues', 'extensions', 'calls'] as const;
/** One of them. */
export type PaneName = (typeof panes)[number];

/** In each pane, the thing that Tab comes to. */
export const stops = {
  queues: signal(''),
  extensions: signal(''),
  calls: signal(''),
} as const;

/** A thing as one text. */
export function idOf({ kind, key }: Thing): string {
  return `${kind}:${key}`;
}

/** Whether two are the same. */
export function isSame(one: Thing | undefined, other: Thing): boolean {
  return one?.kind === other.kind && one.key === other.key;
}
