import { randomBytes } from 'node:crypto';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { RepeatedWarnings } from '../system/repeated-warnings.ts';
import { Timer } from '../system/timer.ts';
import type { Access, AccessRow, NoteAccess } from './access.ts';
import { Playbacks, pauseTime, type Moment } from './playbacks.ts';

/** What an AccessLog is made of. */
export interface AccessLogParts {
  /** Keeps a row; a row of the same id replaces the earlier one. Rejects while the disk takes none. */
  readonly keep: (row: AccessRow) => Promise<unknown>;
  readonly log: Log;
  readonly clock: Clock;
}

/** Milliseconds between two looks for playbacks that are over. */
const lookWait = pauseTime / 5;

/**
 * Who heard which recording. A playback is written when it begins, so that no crash hides it, and once more when it is
 * over, with what was sent. Each is told to the journal too, whose copy outlives a store that fails. Nothing here keeps a
 * recording from being played.
 */
export class AccessLog {
  readonly #parts: AccessLogParts;
  readonly #playbacks = new Playbacks(() => randomBytes(8).toString('hex'));
  readonly #warnings: RepeatedWarnings;
  readonly #timer: Timer;

  constructor(parts: AccessLogParts) {
    this.#parts = parts;
    this.#warnings = new RepeatedWarnings(parts.log, parts.clock);
    this.#timer = new Timer(parts.clock, () => {
      for (const row of this.#playbacks.over(parts.clock.monotonic())) this.#keep(row);
      this.#timer.setIn(lookWait);
    });
  }

  start(): void {
    this.#timer.setIn(lookWait);
  }

  /** Writes what is not over yet. */
  stop(): void {
    this.#timer.clear();
    for (const row of this.#playbacks.end()) this.#keep(row);
  }

  /** Notes that a recording is sent to somebody. Never throws and never waits. */
  readonly note: NoteAccess = (access) => {
    const { row, isNew, over } = this.#playbacks.begin(access, this.#at());
    for (const ended of over) this.#keep(ended);
    if (isNew) {
      this.#parts.log.info(`recording ${access.path} is sent to ${whoIs(access)}`);
      this.#keep(row);
    }
    return {
      sent: (bytes) => {
        this.#playbacks.sent(row, access, bytes, this.#at());
      },
    };
  };

  #at(): Moment {
    const { clock } = this.#parts;
    return { now: clock.now(), monotonic: clock.monotonic() };
  }

  #keep(row: AccessRow): void {
    this.#parts.keep(row).catch((error: unknown) => {
      this.#warnings.everyMinute(
        'access',
        'store: who hears recordings cannot be written: it stays in memory and in this journal',
        error,
      );
    });
  }
}

function whoIs({ name, role, means, remote, forwardedFor }: Access): string {
  const who = name === '' ? role : `${name} (${role})`;
  const where = [remote, forwardedFor && `for ${forwardedFor}`].filter(Boolean).join(' ');
  return `${means === 'link' ? `the holder of a link made by ${who}` : who} at ${where || 'this machine'}`;
}
