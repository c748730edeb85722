import type { Roll } from '../oracle/dice.ts';
import { did, directDid } from '../lab/dialplan.ts';

/** Who takes the calls of which queue; nobody those of 631 and 635. 800 is paused in 634. */
export const members: Readonly<Record<string, readonly string[]>> = {
  630: ['800', '801', '802', '803', '804'],
  632: ['802', '803'],
  633: ['804'],
  634: ['800'],
};

/** The colleague to whom agents hand callers. */
export const colleague = '803';

/** What a caller does, and what the phones do that ring for them. */
export interface Plan {
  readonly what: string;
  /** From outside, or of the phone from which it is dialled. */
  readonly from: 'outside' | '801' | '802';
  readonly number: string;
  /** Keys pressed in the menus, one after the other. */
  readonly keys: string;
  readonly phones: 'answer' | 'reject' | 'ring';
  /** ms after which the caller hangs up when nobody has answered; `undefined`: they wait. */
  readonly patience: number | undefined;
  /** ms of conversation, or of each of them. */
  readonly talk: number;
  readonly end: 'caller' | 'agent';
  /** How the agent hands the caller over, to the colleague or to the queue 632. */
  readonly transfer: 'colleague' | 'queue' | 'attended' | undefined;
  /** Key pressed in the survey. */
  readonly survey: string;
}

type Kind = Partial<Plan> & Pick<Plan, 'what' | 'number'>;

const queue = (name: string): string => `${directDid}${name}`;

/** Kinds of calls, and how many of a hundred are of each. */
const kinds: readonly (readonly [number, (roll: Roll) => Kind])[] = [
  [18, () => ({ what: 'queue', number: queue('630') })],
  [14, () => ({ what: 'menu, queue', number: did, keys: '0' })],
  [5, () => ({ what: 'two menus, queue', number: did, keys: '30' })],
  [4, () => ({ what: 'wrong key, then queue', number: did, keys: '90' })],
  [6, (roll) => ({ what: 'hangs up in the menu', number: did, patience: 300 + roll(900) })],
  [8, (roll) => ({ what: 'abandons', number: queue('630'), phones: 'ring', patience: 300 + roll(900) })],
  [6, () => ({ what: 'refused', number: queue('631') })],
  [4, () => ({ what: 'menu, refused', number: did, keys: '1' })],
  [4, () => ({ what: 'overflow', number: queue('635') })],
  [3, () => ({ what: 'paused or full', number: queue('634') })],
  [4, () => ({ what: 'agents reject', number: queue('633'), phones: 'reject' })],
  [3, () => ({ what: 'nobody answers', number: queue('633'), phones: 'ring' })],
  [5, () => ({ what: 'handed to the colleague', number: queue('630'), transfer: 'colleague' })],
  [3, () => ({ what: 'handed to a queue', number: queue('630'), transfer: 'queue' })],
  [2, () => ({ what: 'handed over, attended', number: queue('630'), transfer: 'attended' })],
  [5, () => ({ what: 'inside', from: '801', number: '804' })],
  [2, () => ({ what: 'inside, rejected', from: '802', number: '800', phones: 'reject' })],
  [2, () => ({ what: 'inside, to a queue', from: '801', number: '632' })],
  [2, () => ({ what: 'to outside', from: '802', number: '913800138000' })],
];

/** The next call. */
export function plan(roll: Roll): Plan {
  let at = roll(kinds.reduce((sum, [count]) => sum + count, 0));
  const [, make] = kinds.find(([count]) => (at -= count) < 0) ?? kinds[0]!;
  return {
    from: 'outside',
    keys: '',
    phones: 'answer',
    patience: undefined,
    talk: 150 + roll(350),
    end: roll(2) === 0 ? 'caller' : 'agent',
    transfer: undefined,
    survey: ['1', '5', '9', ''][roll(4)] ?? '',
    ...make(roll),
  };
}
