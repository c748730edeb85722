import type { AmiMessage } from '../ami/message.ts';
import type { Config } from '../config/config.ts';
import { findRecordings } from './found-recording.ts';
import { Gaps } from './gaps.ts';
import type { LoggedCall } from './queue-call.ts';
import type { Outbox } from '../push/outbox.ts';
import type { Change } from '../picture/change.ts';
import type { Picture } from '../picture/picture.ts';
import { ccCdrOfLogs, lastTalkOf } from '../events/found-call.ts';
import type { EventContext } from '../events/event.ts';
import type { Checkpoints } from '../system/checkpoints.ts';
import { systemClock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';

/** Rows that wait until those of before them were read; more are told without waiting. */
const mostHeld = 2_000;
/** Milliseconds for which they wait at most. */
const longestHold = 8_000;

/** What a CatchUp is made of. */
export interface CatchUpParts {
  readonly config: Config;
  readonly picture: Picture;
  readonly outbox: Pick<Outbox, 'push' | 'has'>;
  readonly notes: Checkpoints;
  readonly log: Log;
  readonly context: () => EventContext;
  /** Takes the rows that AMI told while older ones were still being read, in their order. */
  readonly onRow: (message: AmiMessage, arrived: number) => void;
  /** Takes the rows that AMI did not tell. */
  readonly onFound: (change: Change) => void;
}

/** Fills the gaps: what Asterisk did while the daemon or its connection was away, found in its own logs. */
export class CatchUp {
  readonly #parts: CatchUpParts;
  readonly #gaps: Gaps;
  /** Calls that are over and have no record yet, since after-call work goes on. */
  readonly #unsettled = new Set<string>();
  /** Of calls whose records are being made, by their ids. */
  #recordings: ReadonlyMap<string, string> = new Map();
  #held: { readonly message: AmiMessage; readonly arrived: number }[] = [];

  constructor(parts: CatchUpParts) {
    this.#parts = parts;
    const { config, notes, log, picture, outbox } = parts;
    this.#gaps = new Gaps({
      settings: config.asterisk,
      notes,
      log,
      clock: systemClock,
      knowledge: {
        callIdOf: (uniqueid) => picture.callOf(uniqueid)?.id,
        isExpected: (callId) => this.#unsettled.has(callId),
        hasNoQueue: (uniqueid) => {
          const call = picture.callOf(uniqueid);
          return call !== undefined && !call.incomplete && (call.callerPath?.queues.length ?? 0) === 0;
        },
        isTold: (callId) => outbox.has({ callId, rowKey: 'cc_cdr', body: { event: 'cc_cdr' } }),
      },
      onRow: ({ row, key }, origin) => {
        parts.onFound(picture.foundRow(row, key, origin));
      },
      prepare: (calls) => this.#findRecordings(calls),
      onCall: (call) => {
        this.#tell(call);
      },
    });
  }

  start(): void {
    this.#gaps.start();
  }

  stop(): Promise<void> {
    return this.#gaps.stop();
  }

  /** The picture is Asterisk's. */
  up(): void {
    this.#gaps.up();
  }

  /** The connection to Asterisk is lost. */
  down(): void {
    this.#gaps.down();
  }

  /** Takes an event that is a row of call detail records; true: it waits, so that those of a call stay in their order. */
  holds(message: AmiMessage, arrived: number): boolean {
    if (message.name !== 'Cdr' || !this.#gaps.isCatchingUp || this.#held.length >= mostHeld) return false;
    this.#held.push({ message: message.keep(), arrived });
    return true;
  }

  /** Called about once a second; `now`: ms epoch. */
  tick(now: number): void {
    if (!this.#gaps.isCatchingUp || now - (this.#held[0]?.arrived ?? Infinity) > longestHold) this.release();
  }

  /** Nothing waits any longer. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const { message, arrived } of held) this.#parts.onRow(message, arrived);
  }

  /** Notes what the picture saw, before after-call work. */
  saw(change: Change): void {
    if (change.type === 'call-over') this.#unsettled.add(change.callerPath.call.id);
    if (change.type === 'cdr') this.#gaps.gave({ row: change.row, key: change.row.key });
  }

  /** Notes what goes on to the records, before it does. */
  passing(change: Change): void {
    if (change.type !== 'call-settled') return;
    const { call, callerChannel, queues } = change.callerPath;
    this.#unsettled.delete(call.id);
    if (queues.length === 0) return;
    // Who waits in a queue may be half of a Local channel, or somebody whom Asterisk linked to another call.
    const halves = [...call.channels.values(), ...call.gone.values()].filter(({ isInternal: helper }) => helper);
    this.#gaps.making(
      call.id,
      [callerChannel, ...halves].map(({ uniqueid }) => uniqueid).filter((uniqueid) => uniqueid !== call.id),
    );
  }

  async #findRecordings(calls: readonly LoggedCall[]): Promise<void> {
    const { monitorDir } = this.#parts.config.general;
    this.#recordings = new Map();
    const recorded = calls.flatMap(({ callId, uniqueids, visits }) => {
      const talk = lastTalkOf(visits);
      return talk === undefined ? [] : [{ callId, uniqueids, at: talk.from }];
    });
    const paths = await findRecordings(monitorDir, recorded);
    this.#recordings = new Map(recorded.map(({ callId }, index) => [callId, paths[index] ?? '']));
  }

  #tell(call: LoggedCall): void {
    const { picture, outbox, log, context } = this.#parts;
    const around = {
      extensionOf: (queue: string, member: string) => picture.extensionOfMember(queue, member),
      extensionOfDevice: (device: string) => picture.directory.extensionOf(device),
      recording: this.#recordings.get(call.callId) ?? '',
      isTrunk: (device: string) => picture.directory.isTrunk(device),
      isExtension: (number: string) => picture.directory.isExtension(number),
      hasMembers: (queue: string) => picture.hasMembers(queue),
    };
    log.info(`call ${call.callId} was in a queue while nobody looked: its record is made of the queue's log`);
    outbox.push(ccCdrOfLogs(call, around, context()));
  }
}
