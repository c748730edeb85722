/** Tabs that read at once: browsers open six connections to a box at most, by HTTP/1.1, and what people do needs some. */
const most = 4;
/** Milliseconds within which tabs answer; one that has crashed does not. */
const patience = 5_000;
/** Milliseconds after which a tab that rests asks again: not every tab that goes can say so. */
const askEvery = 20_000;

/** What tabs of the box tell each other; `seenAt`: when somebody looked last, `Infinity`: somebody does. */
interface Said {
  readonly say: 'who' | 'here' | 'gone';
  readonly id: string;
  readonly seenAt: number;
}

/** What a tab does with its turn. */
export interface Turn {
  readonly rest: () => void;
  readonly wake: () => void;
}

/**
 * Of the tabs of this browser that nobody sees, only some read: those that were seen last. Who is seen always does. A tab
 * has its turn at first; it is told when that ends, and when it has it again. Returns what gives it up.
 */
export function takeTurns({ rest, wake }: Turn): () => void {
  const channel = open();
  if (channel === undefined) return () => undefined;
  const id = crypto.getRandomValues(new Uint32Array(4)).join();
  const others = new Map<string, { readonly seenAt: number; readonly heardAt: number }>();
  let seenAt = document.hidden ? 0 : Infinity;
  let isResting = false;
  let asking: ReturnType<typeof setInterval> | undefined;
  let isOver = false;
  const tell = (say: Said['say']): void => {
    channel.postMessage({ say, id, seenAt } satisfies Said);
  };
  const decide = (): void => {
    const ahead = [...others].filter(([other, its]) => its.seenAt > seenAt || (its.seenAt === seenAt && other < id));
    const mustRest = document.hidden && ahead.length >= most;
    if (mustRest === isResting) return;
    isResting = mustRest;
    clearInterval(asking);
    if (isResting) {
      asking = setInterval(askAll, askEvery);
      rest();
    } else wake();
  };
  const askAll = (): void => {
    const askedAt = performance.now();
    tell('who');
    setTimeout(() => {
      if (isOver) return;
      for (const [other, { heardAt }] of others) if (heardAt < askedAt) others.delete(other);
      decide();
    }, patience);
  };
  const look = (): void => {
    seenAt = document.hidden ? Date.now() : Infinity;
    if (document.hidden) tell('here');
    else askAll();
    decide();
  };
  const leave = (): void => {
    tell('gone');
  };
  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if (data.say === 'gone') others.delete(data.id);
    else others.set(data.id, { seenAt: data.seenAt, heardAt: performance.now() });
    if (data.say === 'who') tell('here');
    decide();
  };
  document.addEventListener('visibilitychange', look);
  addEventListener('pagehide', leave);
  askAll();
  return () => {
    isOver = true;
    clearInterval(asking);
    leave();
    channel.close();
    document.removeEventListener('visibilitychange', look);
    removeEventListener('pagehide', leave);
  };
}

function open(): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel('coocenter.turns');
  } catch {
    // In a frame some browsers forbid it: every tab reads then.
    return undefined;
  }
}
