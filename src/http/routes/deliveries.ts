import { localTime } from '../../system/local-time.ts';
import { HttpError } from '../http-error.ts';
import { success } from '../answer.ts';
import { oneOf, optional } from '../params.ts';
import { route, type Route } from '../route.ts';
import { cursor, events, ids, limit, moment, receiver, receiverName } from './outbox-params.ts';
import type { Pulled } from './records.ts';

type DeliveryState = 'pending' | 'delivered' | 'dead';

/** A record and one of its receivers; moments in milliseconds since 1970. */
export interface ListedDelivery {
  readonly cursor: string;
  readonly id: string;
  readonly event: string;
  readonly callId: string;
  readonly createdAt: number;
  readonly receiver: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly error: string;
  readonly changedAt: number;
  readonly replayedAt: number | undefined;
}

/** The records that are to be sent again. */
export interface ReplayOrder {
  readonly which:
    | { readonly by: 'id'; readonly ids: readonly string[] }
    | { readonly by: 'time'; readonly from: number; readonly to: number }
    | { readonly by: 'dead' };
  readonly state: 'delivered' | 'dead' | undefined;
  readonly receiver: string | undefined;
  readonly events: readonly string[] | undefined;
}

/** What these routes need. */
export interface DeliveriesDeps {
  readonly deliveries: (wanted: {
    readonly before: string | undefined;
    readonly limit: number;
    readonly state: DeliveryState | undefined;
    readonly receiver: string | undefined;
    readonly events: readonly string[] | undefined;
  }) => Promise<Pulled<ListedDelivery>>;
  readonly replay: (order: ReplayOrder) => Promise<{
    readonly replayed: number;
    readonly waiting: number;
    readonly unknown: readonly string[];
  }>;
}

/** What became of the records at their receivers, and sending them once more. */
export function deliveriesRoutes(deps: DeliveriesDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/deliveries',
      summary: 'What became of each record at each receiver, the newest first',
      params: {
        state: optional(oneOf('pending', 'delivered', 'dead')),
        receiver,
        event: events,
        limit,
        before: cursor,
      },
      access: 'ours',
      handle: async ({ event, limit: most = 100, ...wanted }) => {
        const { items, next, more, reset } = await deps.deliveries({ ...wanted, events: event, limit: most });
        return success('Deliveries will follow', { deliveries: items.map(shown), next, more, reset });
      },
    }),
    route({
      methods: ['POST'],
      path: '/coocenter-api/deliveries/replay',
      summary: 'Send records again: by id, by time, or all dead letters',
      params: {
        id: ids,
        from: moment,
        to: moment,
        state: optional(oneOf('dead', 'delivered')),
        receiver,
        event: events,
      },
      access: 'ours',
      handle: async ({ event, receiver: name, state, ...how }) => {
        const order = { which: whichOf({ ...how, state }), state, receiver: name, events: event };
        const done = await deps.replay(order);
        return success(`${done.replayed} ${done.replayed === 1 ? 'delivery is' : 'deliveries are'} sent again`, done);
      },
    }),
  ];
}

function shown(delivery: ListedDelivery): Record<string, unknown> {
  const { cursor: place, id, event, callId, state, attempts, error, replayedAt } = delivery;
  return {
    cursor: place,
    id,
    event,
    callId,
    time: localTime(delivery.createdAt),
    receiver: receiverName(delivery.receiver),
    state,
    attempts,
    error,
    changed: localTime(delivery.changedAt),
    replayed: replayedAt === undefined ? '' : localTime(replayedAt),
  };
}

interface How {
  readonly id: readonly string[] | undefined;
  readonly from: { readonly from: number } | undefined;
  readonly to: { readonly to: number } | undefined;
  readonly state: string | undefined;
}

/** The one way in which records are chosen. Mixed ways are refused: they would not do what was meant. */
function whichOf({ id, from, to, state }: How): ReplayOrder['which'] {
  if (id !== undefined) {
    if (from !== undefined || to !== undefined) throw new HttpError(400, 'parameter id goes without from and to');
    return { by: 'id', ids: id };
  }
  if (from !== undefined) {
    if (to !== undefined && to.to < from.from) throw new HttpError(400, 'parameter to must not be before from');
    return { by: 'time', from: from.from, to: to?.to ?? Date.now() };
  }
  if (to !== undefined) throw new HttpError(400, 'missing parameter: from (to alone would begin with the oldest)');
  if (state === 'dead') return { by: 'dead' };
  throw new HttpError(400, 'missing parameter: id, from (with or without to), or state=dead');
}
