import type { DeliveriesWanted, Page } from '../../store/pull.ts';
import type { Replayed, ReplayWanted } from '../../store/replay.ts';
import type { StoredDelivery } from '../../store/sqlite-queries.ts';
import { localTime } from '../../system/local-time.ts';
import { HttpError } from '../http-error.ts';
import { success } from '../answer.ts';
import { oneOf, optional } from '../params.ts';
import { route, type Route } from '../route.ts';
import { cursor, events, ids, limit, moment, receiver, receiverName } from './outbox-params.ts';

type ListedDelivery = Page<StoredDelivery>['items'][number];

/** What these routes need. */
export interface DeliveriesDeps {
  readonly deliveries: (wanted: DeliveriesWanted) => Promise<Page<StoredDelivery>>;
  readonly replay: (order: ReplayWanted) => Promise<Replayed>;
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
function whichOf({ id, from, to, state }: How): ReplayWanted['which'] {
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
