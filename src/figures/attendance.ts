import { readMemberEvent, type MemberEvent } from '../backfill/member-event.ts';
import type { Position } from '../backfill/position.ts';
import { Tail } from '../backfill/tail.ts';
import { wrapUpReason } from '../control/member-pause.ts';
import type { Picture } from '../picture/picture.ts';
import type { FigureChange } from '../store/figures.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { advance, formatPresence, parsePresence, resume, skip, type Presence } from './presence.ts';
import { haveChanged, seatsIn } from './seats.ts';
import { Tally } from '../store/tally.ts';

/** Name of its checkpoint. */
export const checkpointName = 'presence';

/** What an Attendance is made of. */
export interface AttendanceParts {
  readonly picture: Pick<Picture, 'queues' | 'directory' | 'extensionOfMember'>;
  readonly store: {
    readonly isSafe: boolean;
    checkpoint(name: string): string | undefined;
    count(figures: readonly FigureChange[], name: string, text: string): Promise<void>;
  };
  /** Whether the picture is Asterisk's. */
  readonly isCurrent: () => boolean;
  /** Asterisk's log of its queues. */
  readonly queueLog: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Milliseconds between two writes: usually, when somebody came or went, and when the figures are asked for. */
const writeWait = { usual: 300_000, changed: 10_000, asked: 5_000 } as const;
/** Milliseconds beyond which the time between two looks was a step of the clock, or the box slept. */
const longestLook = 60_000;
/** Milliseconds between two looks at where Asterisk's log ends: that much of it is read again after a crash. */
const markWait = 60_000;
/** Lines about members that are taken of a time when nobody looked. */
const mostEvents = 20_000;

/**
 * Counts how long agents are logged in and paused: looks every second at who is a member of which queue, and after a time
 * when nobody looked asks Asterisk's log. What it counted is written with how far it counted, and with where the log ended
 * then, so that after a crash nothing is counted twice and nothing is missed.
 */
export class Attendance {
  readonly #parts: AttendanceParts;
  #presence: Presence | undefined;
  /** In the log, at or before the moment that was counted to. */
  #position: Position | undefined;
  /** A later one, once it is counted so far. */
  #marked: Position | undefined;
  /** Asterisk is seen, and the time before is counted. */
  #isSeeing = false;
  #isLoaded = false;
  #isReading = false;
  #tally = new Tally();
  #lookedAt = 0;
  /** Monotonic: when all was written last, and when the end of the log was looked at. */
  #writtenAt: number;
  #markedAt = -Infinity;
  #isChanged = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: AttendanceParts) {
    this.#parts = parts;
    this.#writtenAt = parts.clock.monotonic();
  }

  /** Whether time is counted as it passes. */
  get isSeeing(): boolean {
    return this.#isSeeing;
  }

  /** Called about once a second. */
  tick(): void {
    const { clock, isCurrent } = this.#parts;
    if (!isCurrent()) {
      // What was seen is counted; the rest is asked of the log.
      this.#isSeeing = false;
      return;
    }
    if (!this.#isSeeing) {
      this.#attempt(() => this.#see());
      return;
    }
    this.#look();
    this.#attempt(() => this.#mark());
    const wait = this.#isChanged ? writeWait.changed : writeWait.usual;
    if (clock.monotonic() - this.#writtenAt >= wait) this.#attempt(() => this.write());
  }

  /** Resolves when the figures are those of a few seconds ago at most, or the disk does not take them. */
  async settle(): Promise<void> {
    const { clock } = this.#parts;
    await (clock.monotonic() - this.#writtenAt >= writeWait.asked ? this.write() : this.#writing);
  }

  /** Writes what was counted, up to now. Resolves when it is written, or the disk does not take it. */
  async write(): Promise<void> {
    const { clock, store, isCurrent, picture } = this.#parts;
    if (this.#isSeeing && isCurrent()) {
      this.#look();
      // Extensions may have changed hands.
      if (this.#presence !== undefined) this.#presence = { at: this.#presence.at, seats: seatsIn(picture) };
    }
    const presence = this.#presence;
    if (presence === undefined || !store.isSafe) return this.#writing;
    const { changes } = this.#tally;
    if (changes.length === 0 && !this.#isChanged) return this.#writing;
    this.#tally = new Tally();
    this.#writtenAt = clock.monotonic();
    this.#isChanged = false;
    this.#writing = store.count(changes, checkpointName, formatPresence(presence, this.#position)).catch(() => {
      // The store has logged why. It is written with what follows.
      this.#tally.addAll(changes);
      this.#isChanged = true;
    });
    return this.#writing;
  }

  #attempt(work: () => Promise<void>): void {
    work().catch((cause: unknown) => {
      this.#parts.log.error('figures: the time of agents cannot be counted', cause);
    });
  }

  /** Looks who is there, and counts the time since the last look. */
  #look(): void {
    const { picture, clock } = this.#parts;
    const now = clock.now();
    const before = this.#presence ?? { at: now, seats: [] };
    const isStep = now < this.#lookedAt || now - this.#lookedAt > longestLook;
    const counted = isStep ? skip(before, now) : advance(before, now, this.#tally);
    this.#lookedAt = now;
    const isOther = haveChanged(counted.seats, picture);
    this.#presence = isOther ? { at: counted.at, seats: seatsIn(picture) } : counted;
    this.#isChanged ||= isOther;
    this.#position = this.#marked ?? this.#position;
    this.#marked = undefined;
  }

  /** Asterisk is seen again: counts the time since it was seen last. */
  async #see(): Promise<void> {
    if (this.#isReading || !this.#load()) return;
    this.#isReading = true;
    const { picture, clock, queueLog, isCurrent } = this.#parts;
    const [before, position] = [this.#presence, this.#position];
    const { events, end } = await this.#read(before, position ?? (await this.#endOf(queueLog)));
    this.#isReading = false;
    this.#marked = undefined;
    if (!isCurrent()) return;
    const [now, seats] = [clock.now(), seatsIn(picture)];
    const agentOf = (queue: string, member: string): string =>
      picture.directory.extensionOf(member) || picture.extensionOfMember(queue, member);
    this.#presence =
      before === undefined
        ? skip({ at: 0, seats }, now)
        : resume(before, { events, agentOf, workReason: wrapUpReason, seats, now }, this.#tally);
    this.#position = end;
    this.#lookedAt = now;
    this.#isSeeing = true;
    this.#isChanged = true;
  }

  /** What the log tells of members from a position on, and where it ends. If it cannot be read, nothing is known. */
  async #read(
    before: Presence | undefined,
    position: Position | undefined,
  ): Promise<{ readonly events: readonly MemberEvent[]; readonly end: Position | undefined }> {
    const { queueLog, clock, log } = this.#parts;
    const events: MemberEvent[] = [];
    let end = position;
    if (position === undefined || before === undefined) return { events, end };
    // Who reads the log for the calls has told what is wrong with it.
    const debug = (message: string): void => {
      log.debug(`figures: ${message}`);
    };
    const quiet: Log = { error: debug, warning: debug, info: debug, debug };
    try {
      const tail = new Tail(queueLog, position, quiet, () => clock.now());
      for await (const { lines, position: reached } of tail.read()) {
        const found = lines.flatMap((line) => readMemberEvent(line) ?? []).filter(({ at }) => at >= before.at);
        events.push(...found.slice(0, mostEvents - events.length));
        end = reached;
      }
    } catch (cause) {
      debug(`${queueLog} cannot be read: ${String(cause)}`);
    }
    return { events, end };
  }

  /** Notes from time to time where the log ends. */
  async #mark(): Promise<void> {
    const { clock, queueLog } = this.#parts;
    if (clock.monotonic() - this.#markedAt < markWait) return;
    this.#markedAt = clock.monotonic();
    const end = await this.#endOf(queueLog);
    if (this.#isSeeing) this.#marked = end;
  }

  async #endOf(path: string): Promise<Position | undefined> {
    try {
      return await Tail.end(path, this.#parts.clock.now());
    } catch (cause) {
      this.#parts.log.debug(`figures: ${path} cannot be read: ${String(cause)}`);
      return undefined;
    }
  }

  #load(): boolean {
    const { store, log } = this.#parts;
    if (this.#isLoaded) return true;
    try {
      const saved = parsePresence(store.checkpoint(checkpointName) ?? '');
      this.#presence = saved?.presence;
      this.#position = saved?.position;
      this.#isLoaded = true;
    } catch (cause) {
      log.debug(`figures: how far was counted cannot be read: ${String(cause)}`);
    }
    return this.#isLoaded;
  }
}
