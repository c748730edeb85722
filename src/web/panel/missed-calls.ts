import { computed, effect, signal } from '@preact/signals';
import type { MissedRow } from '../../work/missed-row.ts';
import { ask } from '../base/ask.ts';
import { link, members, onPushed } from '../base/live.ts';
import { who } from '../base/session.ts';
import { failureText } from '../parts/action.tsx';

/** The pushed events that tell of missed calls, each with the whole row. */
export const missedEvents: readonly string[] = ['missedcall', 'missedcall_claimed', 'missedcall_closed'];

/** As many as the box tells at once; no more of them are open. */
const most = 1_000;

/**
 * The missed calls that are to be called back, or those that are closed, as the box has them: asked for once, and from
 * then on as the stream tells.
 */
export class MissedCalls {
  readonly #isClosed: boolean;
  readonly #rows = signal<readonly MissedRow[] | undefined>(undefined);
  /** Told while the box is asked: its answer may be older. */
  #meanwhile: MissedRow[] | undefined;
  #turn = 0;

  constructor(which: 'open' | 'closed') {
    this.#isClosed = which === 'closed';
  }

  /** Why they could not be asked for; `''`: they could. */
  readonly failure = signal('');

  /** Those that were lost last first; `undefined`: not known yet. */
  get rows(): readonly MissedRow[] | undefined {
    return this.#rows.value;
  }

  /** Takes a row as it is now. */
  take(row: MissedRow): void {
    this.#meanwhile?.push(row);
    const known = this.#rows.peek();
    if (known !== undefined) this.#rows.value = this.#with(known, row);
  }

  /** Follows what the box tells, until what it returns is called. */
  follow(): () => void {
    const ends = [
      onPushed((event) => {
        if (missedEvents.includes(event.event)) this.take(event as unknown as MissedRow);
      }),
      effect(() => {
        // Anew once the connection is back, and where an agent sees other queues. The box tells without Asterisk, too.
        const isThere = link.value.state === 'live' || link.value.state === 'asteriskAway';
        if (isThere && whatIsSeen.value !== undefined) void this.#read();
      }),
    ];
    return () => {
      this.#turn++;
      for (const end of ends) end();
      // Whoever signs in next may see others.
      this.#rows.value = undefined;
    };
  }

  async #read(): Promise<void> {
    const own = ++this.#turn;
    this.#meanwhile = [];
    const outcome = await ask<{ readonly missedCalls: readonly MissedRow[] }>('GET', 'missed-calls', {
      state: this.#isClosed ? 'closed' : undefined,
      limit: most,
    });
    if (this.#turn !== own) return;
    this.failure.value = outcome.ok ? '' : failureText(outcome);
    if (outcome.ok)
      this.#rows.value = this.#meanwhile.reduce((known, row) => this.#with(known, row), outcome.data.missedCalls);
    this.#meanwhile = undefined;
  }

  #with(known: readonly MissedRow[], row: MissedRow): readonly MissedRow[] {
    const others = known.filter(({ id }) => id !== row.id);
    if ((row.state === 'closed') !== this.#isClosed) return others;
    if (known.some(({ id, lastTime }) => id === row.id && lastTime === row.lastTime))
      return known.map((one) => (one.id === row.id ? row : one));
    // Of those of one second the one that came last is the first. The time of the box has a fixed form.
    const before = others.filter(({ lastTime }) => lastTime > row.lastTime);
    return [...before, row, ...others.slice(before.length)];
  }
}

/** Those that are to be called back: the panel follows them. */
export const toCallBack = new MissedCalls('open');

/** Who looks, and in which queues: an agent sees the missed calls of its own. */
const whatIsSeen = computed(() => {
  const { value: person } = who;
  if (person?.role !== 'agent') return person?.name;
  const own = members.values.value.filter(({ extension }) => extension === person.extension);
  return [person.name, ...own.map(({ queue }) => queue).sort()].join('\n');
});
