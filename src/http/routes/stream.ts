import { streamKinds, type Filter } from '../../live/filter.ts';
import type { Live } from '../../live/live.ts';
import type { Picture } from '../../picture/picture.ts';
import type { Identity } from '../../users/identity.ts';
import type { Answer } from '../answer.ts';
import { HttpError } from '../http-error.ts';
import { extension as extensionParam, list, oneOf, optional, text } from '../params.ts';
import { queueNames } from '../queue-names.ts';
import { route, type Request, type Route } from '../route.ts';
import { StreamReader, Unread, type UnreadLimits } from '../stream-reader.ts';

/** Streams that are open at most: in all, and of one person who signed in. */
const most = { all: 200, perUser: 10 };
const unreadLimits: UnreadLimits = { one: 64 * 1024, all: 8 * 1024 * 1024 };
/** Names in one list of a filter. */
const mostNames = 100;

/** What this route needs. */
export interface StreamDeps {
  readonly live: Live;
  /** Whose queues a filter may name. */
  readonly picture: Pick<Picture, 'queues'>;
  readonly streamLimits?: Partial<UnreadLimits>;
}

/** What is pushed and what changes, as it happens (docs/stream.md). */
export function streamRoutes({ live, picture, streamLimits }: StreamDeps): Route[] {
  const unread = new Unread({ ...unreadLimits, ...streamLimits });
  const open = new Map<string, number>();
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/stream',
      summary: 'Live: a snapshot, then what is pushed and what changes, as server-sent events',
      params: {
        extension: optional(list(extensionParam, mostNames)),
        queue: optional(queueNames((name) => picture.queues.get(name)?.isListed === true, mostNames)),
        kind: optional(list(oneOf(...streamKinds), mostNames)),
        lastEventId: optional(text('[0-9a-z.-]{1,60}', 'the id of an event of the stream')),
      },
      meanings: {
        extension: 'only what is of these extensions; without it, of all',
        queue: 'only what is of these queues; without it, of all',
        kind: 'only events of these kinds; push: all that is pushed',
        lastEventId: 'the event after which the stream goes on, where no header Last-Event-ID can be sent',
      },
      access: 'ours',
      role: 'wallboard',
      ticket: 'stream',
      answer: () => ({ description: 'Server-sent events without end: docs/stream.md', type: 'text/event-stream' }),
      refuses: { 503: ['too many streams are open'] },
      handle({ extension, queue, kind, lastEventId }, request): Answer {
        const { identity, headers } = request;
        const header = headers['last-event-id'];
        return stream(request, {
          own: identity.role === 'agent' ? identity.extension : undefined,
          figuresOnly: identity.role === 'wallboard',
          extensions: extension && new Set(extension),
          queues: queue && new Set(queue),
          kinds: kind && new Set(kind),
          // An EventSource that reconnects sends the newer one in the header, and the old one in its URL.
          lastId: typeof header === 'string' && header !== '' ? header : lastEventId,
        });
      },
    }),
  ];

  function stream(
    { identity, session: { isCurrent }, cut }: Request,
    { lastId, ...filter }: Filter & { lastId: string | undefined },
  ): Answer {
    const close = admit(identity);
    const body = new StreamReader({ live, filter, lastId, unread, isCurrent, cut, onClosed: close });
    return {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
        // Nobody asks anything more on a connection whose answer does not end.
        Connection: 'close',
      },
      stream: body,
    };
  }

  /** Returns what gives the place back. */
  function admit({ name }: Identity): () => void {
    const all = [...open.values()].reduce((sum, count) => sum + count, 0);
    const own = open.get(name) ?? 0;
    const isTooMany = all >= most.all || (name !== '' && own >= most.perUser);
    if (isTooMany) throw new HttpError(503, 'too many streams are open', { 'Retry-After': '5' });
    open.set(name, own + 1);
    return () => {
      const left = (open.get(name) ?? 0) - 1;
      if (left > 0) open.set(name, left);
      else open.delete(name);
    };
  }
}
