import type { AmiClient } from './ami/client.ts';
import type { HttpServer } from './http/server.ts';
import { receiverName } from './http/routes/outbox-params.ts';
import type { Link } from './link.ts';
import type { Live } from './live/live.ts';
import type { Picture } from './picture/picture.ts';
import type { Outbox } from './push/outbox.ts';
import type { QueueMeters } from './queue-meters.ts';
import type { SqliteStore } from './store/sqlite-store.ts';
import { StoreError } from './store/store-error.ts';
import { exposition, type Metric } from './system/exposition.ts';
import type { Sample } from './system/meter.ts';

/** The parts of the daemon that have numbers. */
export interface MetricParts {
  readonly version: string;
  readonly ami: Pick<AmiClient, 'state' | 'forged' | 'meters'>;
  readonly link: Pick<Link, 'state' | 'snapshots'>;
  readonly picture: Pick<Picture, 'channels' | 'queues'>;
  readonly queues: QueueMeters;
  readonly outbox: Pick<Outbox, 'status'>;
  readonly store: Pick<SqliteStore, 'health' | 'query'>;
  readonly http: Pick<HttpServer, 'meters'>;
  readonly live: Pick<Live, 'readers'>;
  /** Milliseconds by which the loop was late at most in the last minute. */
  readonly lag: () => number;
}

/** `GET metrics`: all numbers of the daemon, for Prometheus. Counters count from the start of the process. */
export async function metricsOf(parts: MetricParts): Promise<string> {
  const now = Date.now();
  return exposition([
    ...asteriskMetrics(parts),
    ...queueMetrics(parts, now),
    ...pushMetrics(parts, await storeFigures(parts), now),
    ...processMetrics(parts),
  ]);
}

function asteriskMetrics({ ami, link, picture }: MetricParts): Metric[] {
  const { events, connects, failures, actions } = ami.meters;
  const calls = new Set([...picture.channels.values()].map(({ call }) => call));
  return [
    gauge('coocenter_asterisk_up', 'Whether the state of Asterisk is known and commands are carried out.', [
      one(link.state === 'current' ? 1 : 0),
    ]),
    counter('coocenter_ami_events_total', 'Events of Asterisk that were taken.', [one(events)]),
    counter('coocenter_ami_connects_total', 'Connections to Asterisk that were made.', [one(connects)]),
    counter('coocenter_ami_failures_total', 'Connections that ended or could not be made.', failures.samples()),
    counter('coocenter_ami_forged_events_total', 'Events that were not as Asterisk writes them.', [one(ami.forged)]),
    histogram('coocenter_ami_action_seconds', 'From an action to its answer.', actions.samples()),
    counter('coocenter_snapshots_total', 'Snapshots of all of Asterisk that were taken.', [one(link.snapshots)]),
    gauge('coocenter_calls', 'Calls that go on.', [one(calls.size)]),
    gauge('coocenter_channels', 'Channels that are open.', [one(picture.channels.size)]),
  ];
}

function queueMetrics({ picture, queues }: MetricParts, now: number): Metric[] {
  const listed = [...picture.queues.values()].filter(({ isListed }) => isListed);
  const each = (numberOf: (queue: (typeof listed)[number]) => number): Sample[] =>
    listed.map((queue) => one(numberOf(queue), { queue: queue.name }));
  const longest = (waiting: ReadonlyMap<string, number>): number =>
    Math.max(0, ...[...waiting.values()].map((since) => now - since)) / 1000;
  const members = listed.flatMap(({ name, members: all }) => {
    const those = [...all.values()].filter(({ isListed }) => isListed);
    const paused = those.filter((member) => member.paused).length;
    return [one(those.length - paused, { queue: name, paused: 'no' }), one(paused, { queue: name, paused: 'yes' })];
  });
  return [
    gauge(
      'coocenter_queue_waiting',
      'Callers that wait.',
      each(({ waiting }) => waiting.size),
    ),
    gauge(
      'coocenter_queue_longest_wait_seconds',
      'How long the caller has waited that has waited longest.',
      each(({ waiting }) => longest(waiting)),
    ),
    gauge('coocenter_queue_members', 'Agents that are logged in.', members),
    histogram(
      'coocenter_queue_answer_seconds',
      'How long the callers had waited that an agent answered.',
      queues.answered.samples(),
    ),
    counter('coocenter_queue_lost_total', 'Calls that nobody answered, by missCause.', queues.lost.samples()),
  ];
}

/** What only the store knows; without numbers while it cannot be read. */
interface StoreFigures {
  readonly bytes: number | undefined;
  /** By receiver: when the oldest record that waits was made, in ms epoch. */
  readonly oldest: ReadonlyMap<string, number | undefined>;
}

async function storeFigures({ store, outbox }: MetricParts): Promise<StoreFigures> {
  const names = outbox.status().map(({ name }) => name);
  try {
    return await store.query((queries) => ({
      bytes: queries.used,
      oldest: new Map(names.map((name) => [name, queries.oldestPending(name)])),
    }));
  } catch (error) {
    if (error instanceof StoreError) return { bytes: undefined, oldest: new Map() };
    throw error;
  }
}

function pushMetrics({ outbox, store }: MetricParts, figures: StoreFigures, now: number): Metric[] {
  const receivers = outbox.status();
  type Receiver = (typeof receivers)[number];
  const each = (numberOf: (receiver: Receiver) => number): Sample[] =>
    receivers.map((receiver) => one(numberOf(receiver), { receiver: receiverName(receiver.name) }));
  const pending = receivers.flatMap(({ name, pending: { records, signals } }) => [
    one(records, { receiver: receiverName(name), kind: 'record' }),
    one(signals, { receiver: receiverName(name), kind: 'signal' }),
  ]);
  const results = receivers.flatMap(({ name, delivered, failed, dropped, givenUp: dead }) =>
    Object.entries({ delivered, failed, dropped, dead }).map(([result, count]) =>
      one(count, { receiver: receiverName(name), result }),
    ),
  );
  const { health } = store;
  return [
    gauge(
      'coocenter_receiver_up',
      'Whether the receiver takes what is pushed.',
      each(({ state }) => (state === 'up' ? 1 : 0)),
    ),
    gauge('coocenter_push_pending', 'Records and signals that wait for the receiver.', pending),
    gauge(
      'coocenter_push_oldest_seconds',
      'Age of the oldest record that waits for the receiver; 0: none waits.',
      figures.bytes === undefined
        ? []
        : each(({ name }) => Math.max(0, now - (figures.oldest.get(name) ?? now)) / 1000),
    ),
    counter('coocenter_push_total', 'Attempts that delivered or failed; what was dropped; records given up.', results),
    gauge(
      'coocenter_push_dead',
      'Records that were given up and are still stored.',
      each(({ dead }) => dead),
    ),
    gauge('coocenter_store_ok', 'Whether records reach the disk.', [one(health.state === 'ok' ? 1 : 0)]),
    gauge('coocenter_store_waiting', 'Records in memory that are to be written.', [
      one(health.state === 'failing' ? health.waiting : 0),
    ]),
    counter('coocenter_store_dropped_total', 'Deliveries dropped for want of room.', [one(health.dropped)]),
    gauge(
      'coocenter_store_bytes',
      'Bytes of the store in use.',
      figures.bytes === undefined ? [] : [one(figures.bytes)],
    ),
  ];
}

function processMetrics({ version, http: { meters }, live, lag }: MetricParts): Metric[] {
  const { user, system } = process.cpuUsage();
  return [
    counter('coocenter_http_requests_total', 'Requests that were answered.', meters.requests.samples()),
    histogram(
      'coocenter_http_request_seconds',
      'From a request to the beginning of its answer.',
      meters.seconds.samples(),
    ),
    gauge('coocenter_stream_readers', 'Readers of the live stream.', [one(live.readers)]),
    gauge('coocenter_event_loop_lag_seconds', 'By how much the loop was late at most in the last minute.', [
      one(lag() / 1000),
    ]),
    gauge('coocenter_build_info', 'The version that runs.', [one(1, { version })]),
    gauge('process_resident_memory_bytes', 'Memory in use.', [one(process.memoryUsage.rss())]),
    counter('process_cpu_seconds_total', 'CPU time used.', [one((user + system) / 1e6)]),
    gauge('process_start_time_seconds', 'When the process began, in seconds since 1970.', [
      one(Math.round(Date.now() / 1000 - process.uptime())),
    ]),
  ];
}

function one(value: number, labels: Readonly<Record<string, string>> = {}): Sample {
  return { suffix: '', labels, value };
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: 'gauge', help, samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: 'counter', help, samples };
}

function histogram(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: 'histogram', help, samples };
}
