import { eventNames } from '../events/event.ts';

/** The sorts of things that the picture holds: each is an event of the stream, and a member of its snapshot. */
export const thingKinds = ['extension', 'queue', 'member', 'caller', 'call'] as const;

/** What a reader may ask for: things, all that is pushed, or pushed events by name. */
export const streamKinds = [...thingKinds, 'push', ...eventNames] as const;

/** One of `thingKinds`. */
export type ThingKind = (typeof thingKinds)[number];

/** What an event of the stream is about, as far as it decides who may see it. */
export interface Subject {
  /** `push`: a pushed event. `link`: the connection to Asterisk. */
  readonly kind: ThingKind | 'push' | 'link';
  /** Whose it is. Of a queue: its members. */
  readonly extensions: readonly string[];
  /** `''`: none. */
  readonly queue: string;
  /** A pushed event's name. */
  readonly name?: string;
}

/** What a reader wants, and what it may see. Where a set is absent, everything is wanted. */
export interface Filter {
  /** The extension of an agent, who sees what is its own; `undefined` for those who may see all. */
  readonly own: string | undefined;
  /** It may see the numbers of queues and nothing else: a screen on the wall, which anybody reads. */
  readonly figuresOnly?: boolean;
  readonly extensions?: ReadonlySet<string> | undefined;
  readonly queues?: ReadonlySet<string> | undefined;
  /** Of `thingKinds`, `push`, and the names of pushed events. */
  readonly kinds?: ReadonlySet<string> | undefined;
}

/** Two filters with the same text let the same through. */
export function textOf({ own, figuresOnly = false, extensions, queues, kinds }: Filter): string {
  return JSON.stringify([
    own ?? null,
    figuresOnly,
    ...[extensions, queues, kinds].map((set) => set && [...set].sort()),
  ]);
}

/** Whether a reader with this filter gets what is told of this subject. */
export function sees(filter: Filter, subject: Subject): boolean {
  return subject.kind === 'link' || (maySee(filter, subject) && wants(filter, subject));
}

/**
 * An agent sees the states of extensions and members; of queues, the numbers of those that it is a member of, and not
 * who waits there; of calls, and of what is pushed, what is its own.
 */
function maySee({ own, figuresOnly }: Filter, { kind, extensions, name }: Subject): boolean {
  if (figuresOnly === true) return kind === 'queue';
  if (own === undefined || kind === 'extension' || kind === 'member') return true;
  if (name === 'extensionstatus' || name === 'agentstate') return true;
  return kind !== 'caller' && extensions.includes(own);
}

function wants({ extensions, queues, kinds }: Filter, { kind, extensions: whose, queue, name = '' }: Subject): boolean {
  if (kinds !== undefined && !kinds.has(kind) && !kinds.has(name)) return false;
  const isOfQueue = kind === 'queue' || kind === 'member' || kind === 'caller';
  if (queues !== undefined && isOfQueue && !queues.has(queue)) return false;
  const isOfExtension = kind !== 'queue' && kind !== 'caller';
  return extensions === undefined || !isOfExtension || whose.some((one) => extensions.has(one));
}
