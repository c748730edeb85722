import type { AmiMessage } from './ami/message.ts';
import type { Backfill } from './backfill/backfill.ts';
import type { KeyedRow } from './backfill/missed-rows.ts';
import type { LoggedCall } from './backfill/logged-call.ts';
import type { Endpoint } from './snapshot/endpoints.ts';
import type { ListTaker, Relist } from './snapshot/relist.ts';
import type { Control } from './control/control.ts';
import type { Live } from './live/live.ts';
import type { Outbox } from './push/outbox.ts';
import type { Change } from './picture/model.ts';
import type { Picture } from './picture/picture.ts';
import type { Snapshot } from './snapshot/snapshot.ts';
import { asteriskEventsOf } from './events/asterisk-events.ts';
import { agentsIn, ccCdrOfLogs } from './events/cc_cdr-of-logs.ts';
import { extensionsOf, extensionsOfLogged } from './events/extensions-of.ts';
import { eventsOf } from './events/list.ts';
import type { EventContext, PushedEvent } from './events/event.ts';
import type { FigureChange } from './store/figures.ts';
import type { FoundCall, Recordings } from './recordings/recordings.ts';
import { forAll } from './system/for-all.ts';
import type { AgentStates } from './work/agent-states.ts';
import type { MissedCalls } from './work/missed-calls.ts';
import type { AfterCall } from './wrapup/after-call.ts';

/** The stages, in the order of the flow. */
export interface FlowParts {
  readonly picture: Picture;
  readonly backfill: Backfill;
  readonly relist: Relist;
  readonly wrapup: AfterCall;
  readonly control: Control;
  readonly recordings: Pick<Recordings, 'take' | 'found' | 'current'>;
  readonly missedCalls: Pick<MissedCalls, 'take' | 'record' | 'tick'>;
  readonly agentStates: Pick<AgentStates, 'take' | 'listed' | 'resynced'>;
  readonly outbox: Pick<Outbox, 'push' | 'has'>;
  readonly live: Pick<Live, 'pushed' | 'lost' | 'current'>;
  /** What a record adds to the figures. */
  readonly figuresOf: (record: PushedEvent) => readonly FigureChange[];
  /** What an event is made of besides its change. */
  readonly context: () => EventContext;
  /** Called when the picture could not take an event. */
  readonly onMissed: () => void;
}

type Stage = (change: Change) => void;

/**
 * The pipeline: message → picture → wrap-up → events → outbox. In: Asterisk's messages, snapshots and lists, and the rows
 * and calls that the backfill found. Out: events for the outbox. Only this file orders the stages; it knows nothing of
 * what they do.
 */
export class Flow implements ListTaker {
  readonly #parts: FlowParts;
  /** What a change passes that the picture saw. */
  readonly #steps: readonly Stage[];
  /** What a change passes after that. */
  readonly #stages: readonly Stage[];

  constructor(parts: FlowParts) {
    this.#parts = parts;
    const { backfill, relist, wrapup, control, recordings, missedCalls, agentStates, outbox, context } = parts;
    this.#steps = [
      (change) => {
        backfill.noteSeen(change);
      },
      (change) => {
        this.pass(wrapup.take(change));
      },
    ];
    this.#stages = [
      (change) => {
        backfill.notePassing(change);
      },
      (change) => {
        if (change.type === 'outdated') relist.want(change);
      },
      (change) => {
        control.onChange(change);
      },
      (change) => {
        recordings.take(change);
      },
      // Before the records of the change: a missed call must not be forgotten once they are stored.
      (change) => {
        this.#tellAll(missedCalls.take(change));
      },
      (change) => {
        this.#tellEvents(change);
      },
      (change) => {
        forAll(asteriskEventsOf(change, context()), (push) => {
          outbox.push(push);
        });
      },
      (change) => {
        this.#tellAll(agentStates.take(change, Date.now()));
      },
    ];
  }

  /** Takes an event of Asterisk; `arrived`: ms epoch. */
  take(message: AmiMessage, arrived: number): void {
    const { backfill, relist } = this.#parts;
    if (message.name === 'Reload') relist.reloaded();
    else if (!backfill.holds(message, arrived)) this.tell(this.#seen(message, arrived));
  }

  /** Takes what the picture saw. */
  tell(changes: readonly Change[]): void {
    forAll(changes, (change) => {
      forAll(this.#steps, (step) => {
        step(change);
      });
    });
  }

  /** Takes what has passed wrap-up, or need not. No stage's fault takes a record away. */
  pass(changes: readonly Change[]): void {
    forAll(changes, (change) => {
      forAll(this.#stages, (stage) => {
        stage(change);
      });
    });
  }

  /** Takes a row that waited for older ones. */
  takeHeldRow(message: AmiMessage, arrived: number): void {
    this.tell(this.#seen(message, arrived));
  }

  /** Takes a row that nobody saw; `origin`: the channel with which its call began, `''` if unknown. */
  takeFoundRow({ row, key }: KeyedRow, origin: string): void {
    const { picture, recordings } = this.#parts;
    const change = picture.foundRow(row, key, origin);
    this.pass([change]);
    const recorded = recordedIn(change, extensionsOf(change, picture));
    if (recorded !== undefined) recordings.found(recorded);
  }

  /** Takes a call of a queue that nobody saw. */
  takeFoundCall(call: LoggedCall): void {
    const { picture, recordings, context } = this.#parts;
    const push = ccCdrOfLogs(call, picture, context());
    this.#push(push, () => extensionsOfLogged(call, push.body, picture));
    const { callId, uniqueids, visits } = call;
    const agents = agentsIn(call, picture);
    recordings.found({ callId, uniqueids, agents, at: visits[0]?.joinedAt ?? 0 });
  }

  /** Called about once a second. */
  tick(): void {
    const { backfill, picture, missedCalls } = this.#parts;
    backfill.tick();
    this.tell(picture.tick(Date.now()));
    missedCalls.tick();
  }

  /** The connection to Asterisk is lost. */
  lost(): void {
    const { picture, relist, backfill, control, live, wrapup } = this.#parts;
    picture.lost();
    live.lost();
    relist.stop();
    backfill.down();
    control.onDown();
    wrapup.onDown();
  }

  /** The picture missed something; the next snapshot mends it. */
  missed(): void {
    this.#parts.picture.lost();
  }

  /** A snapshot is about to be asked for. */
  expectSnapshot(): void {
    this.#parts.relist.stop();
    this.#parts.picture.expectSnapshot();
  }

  /** Makes the picture agree with a snapshot. */
  takeSnapshot(snapshot: Snapshot): void {
    const { picture, wrapup, agentStates } = this.#parts;
    const now = Date.now();
    this.pass(wrapup.resynced(picture.resync(snapshot, now)));
    this.pass(agentStates.resynced(now));
  }

  expectList(list: 'hints' | 'queues'): void {
    const { picture } = this.#parts;
    if (list === 'hints') picture.expectHints();
    else picture.expectQueues();
  }

  takeHints(items: readonly AmiMessage[]): boolean {
    const { changes, isNews } = this.#parts.picture.relistHints(items, Date.now());
    this.tell(changes);
    return isNews;
  }

  takeQueues(items: readonly AmiMessage[], queue?: string): boolean {
    const { picture, agentStates } = this.#parts;
    const { changes, isNews } = picture.relistQueues(items, queue);
    this.tell(changes);
    this.pass(agentStates.listed(queue, Date.now()));
    return isNews;
  }

  takeEndpoints(endpoints: readonly Endpoint[]): boolean {
    return this.#parts.picture.relistEndpoints(endpoints);
  }

  /** The picture is Asterisk's. */
  current(): void {
    this.#parts.relist.start();
    this.#parts.backfill.up();
    this.#parts.live.current();
    this.#parts.recordings.current();
  }

  /** Stops the stages in their order, while Asterisk can still be asked to end the pauses of after-call work. */
  async finish(): Promise<void> {
    const { relist, backfill, picture, wrapup } = this.#parts;
    relist.stop();
    backfill.release();
    // Also those that were over later by a clock that has been set back.
    try {
      this.tell(picture.finish(Infinity));
    } finally {
      this.pass(await wrapup.stop());
    }
  }

  #tellAll(changes: readonly Change[]): void {
    forAll(changes, (change) => {
      this.#tellEvents(change);
    });
  }

  /** Pushes what a change means to receivers. */
  #tellEvents(change: Change): void {
    const { picture, context } = this.#parts;
    forAll(eventsOf(change, context()), (push) => {
      this.#push(push, () => extensionsOf(change, picture));
    });
  }

  /** Hands an event on. `whose`: the extensions of the agents who may see it. */
  #push(push: PushedEvent, whose: () => string[]): void {
    const { outbox, live, missedCalls, figuresOf } = this.#parts;
    if (push.class === 'signal') {
      outbox.push(push);
      live.pushed(push, whose);
      return;
    }
    // A record that is found again was told before.
    const isNew = !outbox.has(push);
    let figures: readonly FigureChange[] = [];
    const steps = [
      // What follows from it is stored first: a record is made once, so that a crash in between would lose it.
      () => {
        if (isNew) this.#tellAll(missedCalls.record(push.body));
      },
      () => {
        figures = figuresOf(push);
      },
      // A record that cannot be counted is kept all the same.
      () => {
        outbox.push(push, whose(), figures);
      },
      () => {
        if (isNew) live.pushed(push, whose);
      },
    ];
    forAll(steps, (step) => {
      step();
    });
  }

  /** What an event changed. If the picture throws (our bug), treat the event as missed and resync. */
  #seen(message: AmiMessage, arrived: number): Change[] {
    const { picture, onMissed } = this.#parts;
    try {
      return picture.apply(message, arrived);
    } catch (cause) {
      onMissed();
      throw cause;
    }
  }
}

/** The call of a row that nobody saw, as far as its recording can be found; `undefined`: there can be none. */
function recordedIn(change: Change, agents: readonly string[]): FoundCall | undefined {
  if (change.type !== 'cdr' || change.call !== undefined || change.row.disposition !== 'ANSWERED') return undefined;
  const { uniqueId, linkedid, span } = change.row;
  const callId = linkedid === '' ? uniqueId : linkedid;
  return { callId, uniqueids: [uniqueId, callId], agents, at: span.from };
}
