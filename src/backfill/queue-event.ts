/** A line of Asterisk's queue_log that speaks of a caller (apps/app_queue.c, ast_queue_log). */
export interface QueueEvent {
  /** ms epoch; the log has whole seconds. */
  readonly at: number;
  /** Uniqueid of the caller's channel. */
  readonly uniqueid: string;
  readonly queue: string;
  /** Name of the member, `NONE` where there is none. */
  readonly agent: string;
  /** `ENTERQUEUE`, `CONNECT`, … */
  readonly name: string;
  /** What the event adds, in its own order; without the empty ones at the end. */
  readonly data: readonly string[];
}

/** Events of a queue that are not of a caller. */
const others: ReadonlySet<string> = new Set(['', 'NONE', 'MANAGER', 'REALTIME']);

/**
 * What each event adds, as Asterisk writes it. What is otherwise was cut, or written, by a caller whose number has line
 * ends in it.
 */
const shapes: ReadonlyMap<string, RegExp> = new Map([
  ['CONNECT', /^\d+\|[^|]*(\|\d+)?$/],
  ['COMPLETECALLER', /^\d+\|\d+(\|\d+)?$/],
  ['COMPLETEAGENT', /^\d+\|\d+(\|\d+)?$/],
  ['ABANDON', /^\d+(\|\d+){0,2}$/],
  ['EXITWITHTIMEOUT', /^\d+(\|\d+){0,2}$/],
  ['EXITEMPTY', /^\d+(\|\d+){0,2}$/],
  ['RINGNOANSWER', /^\d+$/],
  ['RINGCANCELED', /^\d+$/],
]);

/**
 * What a line says of a caller; `undefined` when it is about something else, or torn. Behind a line that was torn (a full
 * disk, a crash) the next one stands on the same line.
 */
export function readQueueEvent(line: string): QueueEvent | undefined {
  // A crash may leave a hole of NULs in a file. Nobody can send one: these are C strings.
  const whole = line.slice(line.lastIndexOf('\0') + 1);
  return eventOf(whole.slice(startOfLast(whole)));
}

/** Where a line begins that stands behind a torn one; 0: there is none, or a caller may have written it. */
function startOfLast(line: string): number {
  for (const { index } of line.matchAll(/\d{10}(?=\|)/g)) {
    const [, , , , name = '', ...data] = line.slice(0, index).split('|');
    // Texts of a caller stand behind the event.
    if (data.length > 0 && !shapes.has(name)) return 0;
    const next = index === 0 ? undefined : eventOf(line.slice(index));
    if (next !== undefined && (next.name === 'ENTERQUEUE' || shapes.has(next.name))) return index;
  }
  return 0;
}

function eventOf(line: string): QueueEvent | undefined {
  const [time = '', uniqueid = '', queue = '', agent = '', name = '', ...data] = line.split('|');
  if (!/^\d{9,10}(\.\d+)?$/.test(time) || others.has(uniqueid) || queue === '' || name === '') return undefined;
  if (/\p{Cc}/u.test([uniqueid, queue, agent, name].join(''))) return undefined;
  while (data.at(-1) === '') data.pop();
  if (shapes.get(name)?.test(data.join('|')) === false) return undefined;
  return { at: Number(time) * 1000, uniqueid, queue, agent, name, data };
}

/** The caller's number of an ENTERQUEUE (`url|number|position`) as it stands there: it may hold anything, and be cut. */
export function callerOf({ data }: QueueEvent): string {
  const isWhole = data.length > 2 && /^\d+$/.test(data.at(-1) ?? '');
  return data.slice(1, isWhole ? -1 : undefined).join('|');
}

/** Whether an event adds nothing but numbers that Asterisk counted: no text of a caller can be in it. */
export function isOfNumbers({ name }: QueueEvent): boolean {
  return shapes.has(name);
}
