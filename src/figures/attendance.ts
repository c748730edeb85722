import type { MemberEvent } from '../backfill/member-event.ts';
import { wrapUpReason } from '../control/member-pause.ts';
import type { Picture } from '../picture/picture.ts';
import type { FigureChange } from '../store/figures.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { advance, formatPresence, parsePresence, resume, skip, type Presence } from './presence.ts';
import { haveChanged, seatsIn } from './seats.ts';
import { Tally } from './tally.ts';

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
  /** Whether the picture is Asterisk's, and its log is read up to now. */
  readonly isCurrent: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Milliseconds between two writes: usually, when somebody came or went, and when the figures are asked for. */
const writeWait = { usual: 300_000, changed: 10_000, asked: 5_000 } as const;
/** Milliseconds beyond which the time between two looks was a step of the clock, or the box slept. */
const longestLook = 60_000;
/** Lines of queue_log that are kept of a time when nobody looked. */
const mostEvents = 20_000;

/**
 * Counts how long agents are logged in and paused: looks every second at who is a member of which queue, and after a time
 * when nobody looked asks Asterisk's log. What it counted is written with how far it counted.
 */
export class Attendance {
  readonly #parts: AttendanceParts;
  #presence: Presence | undefined;
  /** Asterisk is seen, and the time before is counted. */
  #isSeeing = false;
  #isLoaded = false;
  #events: MemberEvent[] = [];
  #tally = new Tally();
  #lookedAt = 0;
  /** Monotonic: when all was written last. */
  #writtenAt: number;
  #isChanged = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: AttendanceParts) {
    this.#parts = parts;
    this.#writtenAt = parts.clock.monotonic();
  }

  /** Takes a line of queue_log about a member. Those of a time when Asterisk was seen are not needed. */
  logged(event: MemberEvent): void {
    if (this.#isSeeing || this.#events.length >= mostEvents) return;
    this.#events.push(event);
  }

  /** Called about once a second. */
  tick(): void {
    const { clock, isCurrent } = this.#parts;
    if (!isCurrent()) {
      // What was seen is counted; the rest is asked of the log.
      if (this.#isSeeing) this.#isSeeing = false;
      return;
    }
    this.#look();
    const wait = this.#isChanged ? writeWait.changed : writeWait.usual;
    if (clock.monotonic() - this.#writtenAt >= wait) void this.write();
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
    this.#writing = this.#parts.store.count(changes, checkpointName, formatPresence(presence)).catch(() => {
      // The store has logged why. It is written with what follows.
      this.#tally.addAll(changes);
      this.#isChanged = true;
    });
    return this.#writing;
  }

  /** Looks who is there, and counts the time since the last look. */
  #look(): void {
    const { picture, clock } = this.#parts;
    const now = clock.now();
    if (!this.#isSeeing && !this.#see(now)) return;
    const before = this.#presence ?? { at: now, seats: [] };
    const isStep = now < this.#lookedAt || now - this.#lookedAt > longestLook;
    const counted = isStep ? skip(before, now) : advance(before, now, this.#tally);
    this.#lookedAt = now;
    const isOther = haveChanged(counted.seats, picture);
    this.#presence = isOther ? { at: counted.at, seats: seatsIn(picture) } : counted;
    this.#isChanged ||= isOther;
  }

  /** Asterisk is seen again. Returns false while it cannot be known how far was counted. */
  #see(now: number): boolean {
    const { picture } = this.#parts;
    if (!this.#load()) return false;
    const seats = seatsIn(picture);
    const agentOf = (queue: string, member: string): string =>
      picture.directory.extensionOf(member) || picture.extensionOfMember(queue, member);
    const gap = { events: this.#events, agentOf, workReason: wrapUpReason, seats, now };
    this.#presence =
      this.#presence === undefined ? skip({ at: 0, seats }, now) : resume(this.#presence, gap, this.#tally);
    this.#events = [];
    this.#isSeeing = true;
    this.#isChanged = true;
    this.#lookedAt = now;
    return true;
  }

  #load(): boolean {
    const { store, log } = this.#parts;
    if (this.#isLoaded) return true;
    try {
      const text = store.checkpoint(checkpointName);
      this.#presence = text === undefined ? undefined : parsePresence(text);
      this.#isLoaded = true;
    } catch (cause) {
      log.debug(`figures: how far was counted cannot be read: ${String(cause)}`);
    }
    return this.#isLoaded;
  }
}
