import { did, directDid } from '../lab/dialplan.ts';
import type { Roll } from '../oracle/dice.ts';

/** An agent whose phone is not there. */
export const unplugged = '805';

/** Who takes the calls of which queue; nobody those of 631 and 635. 800 is paused in 634. */
export const members: Readonly<Record<string, readonly string[]>> = {
  630: ['800', '801', '802', '803', '804'],
  632: ['802', '803'],
  633: ['804'],
  634: ['800'],
  636: [unplugged],
};
/** Queues that have a member with a phone, ready or not. */
export const reachable = new Set(['630', '632', '633', '634']);

/** The colleague to whom agents hand callers, and whom callers reach without a menu or queue. */
export const colleague = '803';

/** The queue to which agents hand callers. */
export const secondQueue = '632';

/** What happens on the phones once a caller has somebody on the line. */
export interface Talk {
  /** ms before the first of them does something. */
  readonly time: number;
  readonly hold: boolean;
  /** To the colleague by the API or the phone, or by the phone to the second queue. */
  readonly transfer: 'api' | 'refer' | 'queue' | undefined;
  readonly end: 'caller' | 'agent' | 'both';
  /** Pressed in the survey; `''`: nothing, `leave`: the caller hangs up in it. */
  readonly survey: string;
}

/** What a caller does, and what phones that ring for them do. */
export interface Plan {
  readonly what: string;
  /** The number that they dial; that of an extension is dialled inside, by the colleague. */
  readonly number: string;
  /** The menus that they hear, and the keys that they press in each, one each time it is played. */
  readonly menus: readonly { readonly id: string; readonly keys: string }[];
  /** The queues that they come to when nobody answers. */
  readonly queues: readonly string[];
  /** `rush`: all phones answer at once; `reject-once`: the first one rejects, and the next one answers. */
  readonly phones: 'answer' | 'rush' | 'reject-once' | 'reject' | 'ring';
  /** ms after which they hang up when nobody has answered; `undefined`: they wait. */
  readonly patience: number | undefined;
  readonly talk: Talk;
  /** In the mailbox they leave a message. */
  readonly message: boolean;
}

function pick<T>(roll: Roll, ...choices: readonly [T, ...T[]]): T {
  return choices[roll(choices.length)] ?? choices[0];
}

function someTalk(roll: Roll): Talk {
  return {
    time: 200 + roll(400),
    hold: roll(8) === 0,
    transfer: roll(3) === 0 ? pick(roll, 'api', 'refer', 'queue') : undefined,
    end: pick(roll, 'caller', 'caller', 'agent', 'agent', 'agent', 'both'),
    survey: pick(roll, '1', '3', '5', '5', '9', '', 'leave'),
  };
}

/** The way to a queue: by its own number or through the menu; `630` and `631` are in the second menu too. */
function wayTo(roll: Roll, queue: string): Pick<Plan, 'number' | 'menus' | 'queues'> {
  const key = ['630', '631', '632'].indexOf(queue);
  const direct = { number: `${directDid}${queue}`, menus: [], queues: queue === '635' ? ['635', '630'] : [queue] };
  if (key < 0 || roll(3) === 0) return direct;
  const ways = [
    [{ id: '610', keys: String(key) }],
    [{ id: '610', keys: String(key) }],
    [{ id: '610', keys: `9${key}` }],
    [
      { id: '610', keys: '3' },
      { id: '620', keys: String(key) },
    ],
  ] as const;
  return { ...direct, number: did, menus: ways[roll(queue === '632' ? 3 : 4)] ?? ways[0] };
}

/** The two hundred calls, shuffled. */
export function deck(roll: Roll): Plan[] {
  const plans: Plan[] = [];
  const add = (count: number, what: string, make: () => Partial<Plan>): void => {
    for (let at = 0; at < count; at++) {
      const own = { menus: [], queues: [], phones: 'answer', patience: undefined, message: false } as const;
      plans.push({ what, number: did, ...own, talk: someTalk(roll), ...make() });
    }
  };
  const menu = (keys: string): Plan['menus'] => [{ id: '610', keys }];
  add(58, 'answered', () => wayTo(roll, '630'));
  add(14, 'answered', () => wayTo(roll, '632'));
  add(10, 'answered in time or not', () => wayTo(roll, '633'));
  add(6, 'all phones answer', () => ({
    ...wayTo(roll, '630'),
    phones: 'rush',
    talk: { ...someTalk(roll), transfer: undefined },
  }));
  add(6, 'rejected, then answered', () => ({ ...wayTo(roll, '630'), phones: 'reject-once' }));
  add(5, 'overflow', () => wayTo(roll, '635'));
  add(6, 'rejected', () => ({ ...wayTo(roll, '633'), phones: 'reject' }));
  add(6, 'not answered', () => ({ ...wayTo(roll, '633'), phones: 'ring' }));
  add(9, 'abandoned', () => ({ ...wayTo(roll, '630'), phones: 'ring', patience: 300 + roll(600) }));
  add(7, 'abandoned', () => ({ ...wayTo(roll, '632'), phones: 'ring', patience: 300 + roll(1_500) }));
  add(1, 'abandoned late', () => ({ ...wayTo(roll, '632'), phones: 'ring', patience: 11_000 }));
  add(14, 'refused, nobody there', () => wayTo(roll, '631'));
  add(14, 'paused or full', () => wayTo(roll, '634'));
  add(8, 'unplugged, mailbox', () => ({ ...wayTo(roll, '636'), message: roll(2) === 0 }));
  add(14, 'hangs up in the menu', () => ({ menus: menu(pick(roll, '', '', '3')), patience: 300 + roll(600) }));
  add(5, 'wrong keys', () => ({ menus: menu(pick(roll, '99', '74')) }));
  add(2, 'no key', () => ({ menus: menu('') }));
  add(5, 'extension in the menu', () => ({ menus: menu('8') }));
  add(4, 'to an extension', () => ({ number: `${directDid}${colleague}` }));
  add(3, 'extension, not answered', () => ({
    number: `${directDid}${colleague}`,
    ...pick<Partial<Plan>>(roll, { phones: 'reject' }, { phones: 'ring', patience: 700 }),
  }));
  add(3, 'inside', () => ({ number: pick(roll, '800', '801', '802') }));
  // Fisher and Yates.
  for (let at = plans.length - 1; at > 0; at--) {
    const other = roll(at + 1);
    const [one, two] = [plans[at], plans[other]];
    if (one && two) [plans[at], plans[other]] = [two, one];
  }
  // A key that leads to the second menu is one more menu.
  return plans.map((plan) => ({
    ...plan,
    menus: plan.menus.some(({ keys }) => keys === '3') ? withSecond(plan.menus) : plan.menus,
  }));
}

function withSecond(menus: Plan['menus']): Plan['menus'] {
  return menus.length > 1 ? menus : [...menus, { id: '620', keys: '' }];
}
