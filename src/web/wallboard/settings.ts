/** The cards that a wallboard may show. */
export const cardNames = [
  'waiting',
  'longest',
  'ready',
  'busy',
  'paused',
  'agents',
  'offered',
  'answered',
  'lost',
  'sl',
  'average',
] as const;

/** One of `cardNames`. */
export type CardName = (typeof cardNames)[number];

/** Where a card turns amber, and where red. */
export interface Thresholds {
  readonly watch: number | undefined;
  readonly act: number | undefined;
}

/** A queue that is shown. */
export interface ShownQueue {
  readonly queue: string;
  /** What it is called on the board. */
  readonly name: string;
}

/** What the address of a wallboard says. */
export interface BoardSettings {
  /** Empty: every queue of the box. */
  readonly queues: readonly ShownQueue[];
  readonly cards: readonly CardName[];
  readonly thresholds: Readonly<Partial<Record<CardName, Thresholds>>>;
  /** Names of cards and values that are none, to be told. */
  readonly wrong: readonly string[];
}

const usualCards: readonly CardName[] = ['waiting', 'longest', 'ready', 'answered', 'lost', 'sl'];

const usualThresholds: BoardSettings['thresholds'] = {
  waiting: { watch: 3, act: 6 },
  longest: { watch: 30, act: 60 },
  sl: { watch: 80, act: 60 },
};

/** The figures of which few are bad. */
const lowIsBad: ReadonlySet<CardName> = new Set(['ready', 'agents', 'answered', 'sl']);

/**
 * Reads `?queues=630:Sales,631&cards=waiting,sl&waiting=3,6&sl=80,60`. A queue whose name holds a comma or a colon has a
 * `queue=` of its own.
 */
export function boardSettings(search: string): BoardSettings {
  const query = new URLSearchParams(search);
  const wrong: string[] = [];
  const partsOf = (name: string): string[] =>
    query
      .getAll(name)
      .flatMap((value) => value.split(','))
      .map((part) => part.trim())
      .filter((part) => part !== '');
  const named = partsOf('cards');
  const cards = named.filter(isCardName);
  wrong.push(...named.filter((name) => !isCardName(name)).map((name) => `cards=${name}`));
  const thresholds: Partial<Record<CardName, Thresholds>> = { ...usualThresholds };
  for (const card of cardNames) {
    const value = query.get(card);
    if (value === null) continue;
    const read = thresholdsOf(value);
    if (read === undefined) wrong.push(`${card}=${value}`);
    else thresholds[card] = read;
  }
  return {
    queues: [...partsOf('queues').map(shownQueue), ...query.getAll('queue').map((queue) => ({ queue, name: queue }))],
    cards: cards.length > 0 ? [...new Set(cards)] : usualCards,
    thresholds,
    wrong,
  };
}

/** How a figure is: well, to be watched, or something has to be done. */
export type Level = 'well' | 'watch' | 'act';

/** Judges a figure; `undefined`: it is not known. */
export function levelOf(card: CardName, value: number | undefined, { watch, act }: Thresholds): Level {
  if (value === undefined) return 'well';
  // Service levels are below, agents at, and what grows at or above its threshold.
  const isReached = (at: number | undefined): boolean => {
    if (at === undefined) return false;
    if (card === 'sl') return value < at;
    return lowIsBad.has(card) ? value <= at : value >= at;
  };
  return isReached(act) ? 'act' : isReached(watch) ? 'watch' : 'well';
}

function shownQueue(text: string): ShownQueue {
  const at = text.indexOf(':');
  return at <= 0 ? { queue: text, name: text } : { queue: text.slice(0, at), name: text.slice(at + 1) };
}

/** `3,6`: amber, red. `6`: red. `3,`: amber. Empty: neither. */
function thresholdsOf(text: string): Thresholds | undefined {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > 2 || parts.some((part) => !/^\d{0,6}$/.test(part))) return undefined;
  const [first, second] = parts.map((part) => (part === '' ? undefined : Number(part)));
  return parts.length === 1 ? { watch: undefined, act: first } : { watch: first, act: second };
}

function isCardName(text: string): text is CardName {
  return (cardNames as readonly string[]).includes(text);
}
