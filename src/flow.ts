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
import type { FoundCall, Recordings } from './recordings/recordings.ts';
import { forAll } from './system/for-all.ts';
import type { AfterCall } from './wrapup/after-call.ts';

/** The stages, in the order of the flow. */
export interface FlowParts {
  readonly picture: Picture;
  readonly backfill: Backfill;
  readonly relist: Relist;
  readonly wrapup: AfterCall;
  readonly control: Control;
  readonly recordings: Pick<Recordings, 'take' | 'found' | 'current'>;
  readonly outbox: Pick<Outbox, 'push' | 'has'>;
  readonly live: Pick<Live, 'pushed' | 'lost' | 'current'>;
  /** What an event is made of besides its change. */
  readonly context: () => EventContext;
  /** Called when the picture could not take an event. */
  readonly onMissed: () => void;
}

/**
 * The pipeline: message → picture → wrap-up → events → outbox. In: Asterisk's messages, snapshots and lists, and the rows
 * and calls that the backfill found. Out: events for the outbox. Only this file orders the stages; it knows nothing of
 * what they do.
 */
export class Flow implements ListTaker {
  readonly #parts: FlowParts;

  constructor(parts: FlowParts) {
    this.#parts = parts;
  }

  /** Takes an event of Asterisk; `arrived`: ms epoch. */
  take(message: AmiMessage, arrived: number): void {
    const { backfill, relist } = this.#parts;
    if (message.name === 'Reload') relist.reloaded();
    else if (!backfill.holds(message, arrived)) this.tell(this.#seen(message, arrived));
  }

  /** Takes what the picture saw. */
  tell(changes: readonly Change[]): void {
    const { backfill, wrapup } = this.#parts;
    forAll(changes, (change) => {
      backfill.noteSeen(change);
      this.pass(wrapup.take(change));
    });
  }

  /** Takes what has passed wrap-up, or need not. No stage's fault takes a record away. */
  pass(changes: readonly Change[]): void {
    const { backfill, relist, control, recordings, outbox, picture, context } = this.#parts;
    const stages: readonly ((change: Change) => void)[] = [
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
      (change) => {
        forAll(eventsOf(change, context()), (push) => {
          this.#push(push, () => extensionsOf(change, picture));
        });
      },
      (change) => {
        forAll(asteriskEventsOf(change, context()), (push) => {
          outbox.push(push);
        });
      },
    ];
    forAll(changes, (change) => {
      forAll(stages, (stage) => {
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
    const { backfill, picture } = this.#parts;
    backfill.tick();
    this.tell(picture.tick(Date.now()));
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
    const { picture, wrapup } = this.#parts;
    this.pass(wrapup.resynced(picture.resync(snapshot, Date.now())));
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
    const { changes, isNews } = this.#parts.picture.relistQueues(items, queue);
    this.tell(changes);
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

  /** Hands an event on. `whose`: the extensions of the agents who may see it. */
  #push(push: PushedEvent, whose: () => string[]): void {
    const { outbox, live } = this.#parts;
    // A record that is found again was told before.
    const isNew = push.class === 'signal' || !outbox.has(push);
    outbox.push(push, push.class === 'record' ? whose() : []);
    if (isNew) live.pushed(push, whose);
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
