import type { DeliveriesWanted, Page } from '../../store/pull.ts';
import type { Replayed, ReplayWanted } from '../../store/replay.ts';
import type { StoredDelivery } from '../../store/sqlite-queries.ts';
import { localTime } from '../../system/local-time.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
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

const deliverySchema = () =>
  is.object({
    cursor: is.text('its place in the list'),
    id: is.pattern('^[0-9a-f]{32}$', 'the `webhook-id`'),
    event: is.text(),
    callId: is.text(),
    time: is.text('when the record was taken, in the time of the box'),
    receiver: is.text('name of the `[push.<name>]`, or `URL`'),
    state: is.word(['pending', 'delivered', 'dead'], '`dead`: given up'),
    attempts: is.integer(),
    error: is.text('of the last attempt; empty when it succeeded or there was none'),
    changed: is.text('when it was last tried, taken or sent again'),
    replayed: is.text('when it was last sent again; empty when it never was'),
  });

/** A page of deliveries. */
const pageSchema = () =>
  is.object({
    deliveries: is.list(deliverySchema()),
    next: is.text('goes into `before` of the next request'),
    more: is.boolean('there may be more'),
    reset: is.boolean('the cursor is not of this store: this is its first page'),
  });

const pageSample: ValueOf<typeof pageSchema> = {
  deliveries: [
    {
      cursor: '3f9ac21b-1841',
      id: '0c1c8f2f6a9d4c1f8f0a3b7f0c5d9e21',
      event: 'ivr',
      callId: '1541643689.15',
      time: '2018-11-08 10:21:33',
      receiver: 'URL',
      state: 'pending',
      attempts: 3,
      error: 'HTTP 500 Internal Server Error',
      changed: '2018-11-08 10:22:10',
      replayed: '',
    },
  ],
  next: '3f9ac21b-1841',
  more: false,
  reset: false,
};

const replayedSchema = () =>
  is.object({
    replayed: is.integer('deliveries that are sent again'),
    waiting: is.integer('deliveries that were waiting anyway'),
    unknown: is.list(is.text(), 'ids of no record'),
  });

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
      meanings: {
        state: 'deliveries of this state; dead: given up',
        receiver: 'deliveries to this receiver',
        event: 'deliveries of these events',
        limit: 'deliveries in one answer, 100 without it',
        before: '`next` of the answer that these are to follow',
      },
      access: 'ours',
      answer: () => succeeds('Deliveries will follow', pageSchema(), pageSample),
      refuses: { 503: ['the store fails: …'] },
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
      meanings: {
        id: 'the records by their webhook-id',
        from: 'records since this moment',
        to: 'records up to this moment; without it, up to now',
        state: 'deliveries of this state; dead: given up',
        receiver: 'to this receiver; without it, to all that the records were for',
        event: 'records of these events',
      },
      access: 'ours',
      answer: () =>
        succeeds(
          is.text('how many deliveries are sent again', '2 deliveries are sent again', '1 delivery is sent again'),
          replayedSchema(),
          { replayed: 2, waiting: 0, unknown: [] },
        ),
      refuses: {
        400: [
          'missing parameter: id, from (with or without to), or state=dead',
          'parameter id goes without from and to',
          'missing parameter: from (to alone would begin with the oldest)',
          'parameter to must not be before from',
        ],
        404: ['no such record: …', 'no such receiver'],
        409: ['another replay is under way: wait until it has answered'],
        503: ['the store fails: …'],
      },
      handle: async ({ event, receiver: name, state, ...how }) => {
        const order = { which: whichOf({ ...how, state }), state, receiver: name, events: event };
        const done = await deps.replay(order);
        return success(`${done.replayed} ${done.replayed === 1 ? 'delivery is' : 'deliveries are'} sent again`, done);
      },
    }),
  ];
}

function shown(delivery: ListedDelivery): ValueOf<typeof deliverySchema> {
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
