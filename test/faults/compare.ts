import type { Arrival, Arrivals } from './arrivals.ts';
import { cameAt, takenAt } from './arrivals.ts';
import type { Away } from './away.ts';
import type { Row } from './ledger.ts';
import { keyOf } from './ledger.ts';
import type { Seen } from './witness.ts';

/** All that is known of the calls without the daemon. */
export interface Truth {
  /** In the order of the file. */
  readonly rows: readonly Row[];
  /** Calls that joined a queue, by queue_log. */
  readonly queueCalls: ReadonlyMap<string, readonly string[]>;
  readonly seen: ReadonlyMap<string, Seen>;
  readonly away: Away;
}

/** Milliseconds after its end within which the records of a call are made and stored. */
const afterwards = 4_000;

const uuidOf = ({ body }: Arrival): string => String(body['uuid']);

function grouped<T>(items: Iterable<T>, keyOfItem: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOfItem(item), [...(groups.get(keyOfItem(item)) ?? []), item]);
  return groups;
}

/** Contract §3.6: one `cdr` for each row, also for each of several equal ones. */
export function rowProblems({ rows }: Truth, arrivals: Arrivals): string[] {
  const problems: string[] = [];
  const came = grouped(arrivals.taken('cdr'), ({ body }) => keyOf(body));
  for (const [key, same] of grouped(rows, (row) => row.key)) {
    const count = came.get(key)?.length ?? 0;
    came.delete(key);
    if (count < same.length) problems.push(`${same.length - count} of ${same.length} missing: cdr of ${same[0]?.line}`);
    if (count > same.length) problems.push(`${count} for ${same.length}: cdr of ${same[0]?.line}`);
  }
  for (const more of came.values()) problems.push(`no row for: ${JSON.stringify(more[0]?.body)}`);
  return problems;
}

/** Nothing was away from the call's beginning until its records were safe. */
function isWhole({ away }: Truth, { begun, last }: Seen): boolean {
  return !away.overlaps(begun, last + afterwards);
}

/** Contract §3.7: one `cc_cdr` for each call that joined a queue, or was sent to one or to a menu in plain sight. */
export function recordProblems(truth: Truth, arrivals: Arrivals): string[] {
  const problems: string[] = [];
  const { queueCalls, seen } = truth;
  const came = grouped(arrivals.taken('cc_cdr'), uuidOf);
  const wanted = new Map<string, string>();
  for (const [call, lines] of queueCalls) wanted.set(call, lines.join(' '));
  for (const [call, { menus, queues }] of seen) {
    if (menus.length + queues === 0 || !isWhole(truth, seen.get(call)!)) continue;
    wanted.set(call, wanted.get(call) ?? `menus ${menus.join()}, sent to a queue ${queues} times`);
  }
  for (const [call, why] of wanted) {
    if (came.has(call)) continue;
    const own = truth.rows.filter((row) => row.call === call).map(({ line }) => line);
    problems.push(`missing: cc_cdr of ${call}: ${why}; its rows:\n  ${own.join('\n  ')}`);
  }
  for (const [call, records] of came) {
    if (records.length > 1)
      problems.push(`${records.length} cc_cdr of ${call}, ids ${records.map(({ id }) => id).join()}`);
    const look = seen.get(call);
    const isKnown = wanted.has(call) || (look !== undefined && look.menus.length + look.queues > 0);
    if (!isKnown) problems.push(`cc_cdr of ${call}, which passed no menu and no queue`);
  }
  return problems;
}

/** Whether `part` is `whole` with some left out. */
function isPart(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const item of whole) if (item === part[at]) at++;
  return at === part.length;
}

/** Contract §3.5: one `ivr` for each menu when nothing was away; never two. In their order, before the `cc_cdr`. */
export function menuProblems(truth: Truth, arrivals: Arrivals): string[] {
  const problems: string[] = [];
  const menus = grouped(arrivals.taken('ivr'), uuidOf);
  const records = new Map(arrivals.taken('cc_cdr').map((record) => [uuidOf(record), record]));
  for (const [call, look] of truth.seen) {
    const told = menus.get(call) ?? [];
    const ids = told.map(({ body }) => String(body['ivrId']));
    const text = `ivr ${ids.join()} of ${call}, which came to ${look.menus.join() || 'none'}`;
    if (!isPart(ids, look.menus)) problems.push(`too many or out of order: ${text}`);
    else if (ids.length < look.menus.length && isWhole(truth, look)) problems.push(`missing: ${text}`);
    const record = records.get(call);
    const isLate = ({ attempts }: Arrival): boolean =>
      record !== undefined && (attempts[0]?.place ?? 0) > cameAt(record);
    if (told.some(isLate)) problems.push(`after its cc_cdr: ${text}`);
  }
  return problems;
}

/**
 * The rows of a call come in the order of the file. After a hand-over the file gives a channel to another call than the
 * one it began in: who has only the file, having been away, cannot know the first, so those have an order of their own.
 */
export function orderProblems({ rows }: Truth, arrivals: Arrivals): string[] {
  const problems: string[] = [];
  const came = grouped(arrivals.taken('cdr'), ({ body }) => keyOf(body));
  for (const moment of [cameAt, takenAt]) {
    const left = new Map([...came].map(([key, same]) => [key, [...same].sort((a, b) => moment(a) - moment(b))]));
    for (const [call, own] of grouped(rows, (row) => `${row.call} ${row.linkedid}`)) {
      let last = -1;
      for (const row of own) {
        const arrival = left.get(row.key)?.shift();
        if (arrival === undefined) continue;
        if (moment(arrival) < last) {
          const all = own.map(({ line }) => line).join('\n  ');
          problems.push(`overtook (${moment.name}) in call ${call}: cdr of ${row.line} among\n  ${all}`);
        }
        last = Math.max(last, moment(arrival));
      }
    }
  }
  return problems;
}

/** A `webhook-id` always has the same body. */
export function bodyProblems(arrivals: Arrivals): string[] {
  return [...arrivals.records.values()].flatMap(({ id, raws }) =>
    raws.size > 1 ? [`${raws.size} bodies under ${id}: ${[...raws].join(' AND ')}`] : [],
  );
}

/** `x-coocenter-attempt` counts the attempts, as long as the daemon lives. */
export function attemptProblems(arrivals: Arrivals): string[] {
  const problems: string[] = [];
  for (const { id, event, attempts } of arrivals.records.values()) {
    const isGood = attempts.every(({ number, life }, at) => {
      const before = attempts[at - 1];
      return Number.isInteger(number) && number >= (before?.life === life ? before.number + 1 : 1);
    });
    const told = attempts.map(({ number, life }) => `${number} (start ${life})`).join(', ');
    if (!isGood) problems.push(`x-coocenter-attempt of ${event} ${id}: ${told}`);
  }
  return problems;
}

/** How many records came more than once though they had been taken. */
export function duplicates(arrivals: Arrivals): number {
  const isTwice = ({ attempts }: Arrival): boolean => attempts.filter(({ isTaken }) => isTaken).length > 1;
  return [...arrivals.records.values()].filter(isTwice).length;
}
