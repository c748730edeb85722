/** What a line of Asterisk's queue_log tells of a caller (apps/app_queue.c, ast_queue_log). */
export interface QueueEvent {
  /** ms epoch; the log has whole seconds. */
  readonly at: number;
  /** Uniqueid of the caller's channel. */
  readonly uniqueid: string;
  readonly queue: string;
  /** Name of the member, `NONE` if there is none. */
  readonly agent: string;
  /** `ENTERQUEUE`, `CONNECT`, … */
  readonly name: string;
  /** The event's own fields, without the empty ones at the end. */
  readonly data: readonly string[];
}

/** Values in place of a caller's Uniqueid in events that are not about a caller. */
const others: ReadonlySet<string> = new Set(['', 'NONE', 'MANAGER', 'REALTIME']);

/**
 * The own fields of each event, as Asterisk writes them. Any other text was cut or written by a caller with line ends in
 * their number.
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
 * What a line tells of a caller; `undefined` if it is about something else, or torn. After a line that was torn (a full
 * disk, a crash) the next one stands on the same line.
 */
export function readQueueEvent(line: string): QueueEvent | undefined {
  // A crash may leave NULs in a file. No caller can send one, since Asterisk has C strings.
  const whole = line.slice(line.lastIndexOf('\0') + 1);
  return eventOf(whole.slice(startOfLast(whole)));
}

/** Where the line after a torn one begins; 0: there is none, or a caller may have written it. */
function startOfLast(line: string): number {
  for (const { index } of line.matchAll(/\d{10}(?=\|)/g)) {
    const [, , , , name = '', ...data] = line.slice(0, index).split('|');
    // A caller's texts come after the event.
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

/** The caller's number in an ENTERQUEUE (`url|number|position`), as it stands there: any text, possibly cut. */
export function callerOf({ data }: QueueEvent): string {
  const isWhole = data.length > 2 && /^\d+$/.test(data.at(-1) ?? '');
  return data.slice(1, isWhole ? -1 : undefined).join('|');
}

/** Whether an event's own fields are all numbers that Asterisk counted: they contain no caller's text. */
export function isOfNumbers({ name }: QueueEvent): boolean {
  return shapes.has(name);
}
