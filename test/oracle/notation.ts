import type { Setup } from '../lab/setup.ts';
import type { Dialplan } from '../lab/places.ts';

/** How the cells of `test/scenarios/*.md` are written. Every function throws on a cell that it cannot read. */

/** Whole seconds, both ends included: `1`, `1..2`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const ways = ['answered', 'abandoned', 'timeout', 'leaveempty', 'leaveunavail'] as const;
const refusals = ['joinempty', 'joinunavail', 'full'] as const;
const outcomes = [...ways, ...refusals, 'transferred', 'left'] as const;
export type Outcome = (typeof outcomes)[number];

/** Whether a queue never let the caller in. */
export const isRefusal = (outcome: string): boolean => (refusals as readonly string[]).includes(outcome);

/**
 * What a cell says of one set-up on one dialplan: `busy (16-sip), noanswer (else)` and `cancel (freepbx), noanswer (else)`
 * differ, anything else is the same for all; the first that holds is taken. What is in backticks is taken letter by letter.
 */
export function chosenFor(cell: string, setup: Setup, dialplan: Dialplan = 'kit'): string {
  const parts = [...cell.matchAll(/(?:^|, )(.*?) \((16-sip|16-pjsip|22-pjsip|freepbx|else)\)(?=, |$)/g)];
  if (parts.length === 0 && !/\((?:16|22|freepbx|else)\b/.test(cell)) return plain(cell);
  const length = parts.reduce((sum, [part]) => sum + part.length, 0);
  const names = parts.map(([, , name = '']) => name);
  const isMisspelt = parts.some(([, text = '']) => !text.startsWith('`') && /\((?:16|22|freepbx|else)\b/.test(text));
  if (
    isMisspelt ||
    length !== cell.length ||
    new Set(names).size !== names.length ||
    names.slice(0, -1).includes('else')
  ) {
    throw new Error(`cannot read the set-ups of ${JSON.stringify(cell)}`);
  }
  const chosen = parts.find(([, , name = '']) => ['else', setup, dialplan].includes(name));
  if (chosen === undefined) throw new Error(`${JSON.stringify(cell)} does not say what holds for ${setup}`);
  return plain(chosen[1] ?? '');
}

const plain = (cell: string): string => /^`(.*)`$/.exec(cell)?.[1] ?? cell;

/** `4`, `4..6`. */
export function rangeOf(cell: string): Range {
  const [, from, to = from] = /^(\d+)(?:\.\.(\d+))?$/.exec(cell) ?? [];
  if (from === undefined || Number(to) < Number(from))
    throw new Error(`${JSON.stringify(cell)} is no range of seconds`);
  return { from: Number(from), to: Number(to) };
}

/** The recording's path: `q630-*.wav`, one of two `802-*.wav or q630-*.wav`; the star is for a unique id. Empty: none. */
export function recordingOf(cell: string): RegExp | undefined {
  if (cell === '') return undefined;
  const names = cell.split(' or ').map((name) => {
    const [, who] = /^([^*]+)-\*\.wav$/.exec(name) ?? [];
    if (who === undefined) throw new Error(`${JSON.stringify(cell)} names no recording`);
    return `${who.replaceAll(/[^\w ]/g, '\\$&')}-[0-9.]+\\.wav`;
  });
  return new RegExp(`^(?:${names.join('|')})$`);
}

/** The people who talked, and how long: `800 for 1..2, 801 for 1`. Empty: nobody. */
export function agentsOf(cell: string): { readonly agent: string; readonly talkingTime: Range }[] {
  return items(cell).map((item) => {
    const [, agent, seconds] = /^(\w+) for ([\d.]+)$/.exec(item) ?? [];
    if (agent === undefined || seconds === undefined) throw new Error(`${JSON.stringify(item)} tells of no agent`);
    return { agent, talkingTime: rangeOf(seconds) };
  });
}

/** The queues passed: `633 timeout after 3..4, 630 answered after 0`. Empty: none. */
export function queuesOf(
  cell: string,
): { readonly queueCode: string; readonly outcome: Outcome; readonly queueTime: Range }[] {
  return items(cell).map((item) => {
    const [, queueCode, word, seconds] = /^(\w+) (\w+) after ([\d.]+)$/.exec(item) ?? [];
    const outcome = outcomes.find((known) => known === word);
    if (queueCode === undefined || seconds === undefined || outcome === undefined) {
      throw new Error(`${JSON.stringify(item)} tells of no queue`);
    }
    return { queueCode, outcome, queueTime: rangeOf(seconds) };
  });
}

const items = (cell: string): string[] => (cell === '' ? [] : cell.split(', '));
