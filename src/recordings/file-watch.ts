/** What is there of a recording: its own file, or what a command behind MixMonitor made of it under another ending. */
export interface Present {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** What one look at the disk tells. `complete`: which file, once nothing has changed for long enough. */
export type Verdict =
  | { readonly is: 'waiting' }
  | { readonly is: 'complete'; readonly file: Present; readonly isSure: boolean }
  | { readonly is: 'absent' };

/** Milliseconds without change after which a file may be complete, if its header says so, and after which it is. */
export const quietTime = { least: 1_500, most: 6_000 } as const;
/** Milliseconds after which a file that never was there is given up. */
export const absentTime = 60_000;

/**
 * Tells when a recording's files have come to rest. MixMonitor closes its file a moment after the channel's end, and then
 * runs its command, which may make another file of it and delete the first. Pure; times are ms of the monotonic clock.
 */
export class FileWatch {
  readonly #since: number;
  #seen = '';
  #changedAt: number;

  constructor(now: number) {
    this.#since = now;
    this.#changedAt = now;
  }

  /** Judges what is there now; the recording's own file first. */
  look(present: readonly Present[], own: string, now: number): Verdict {
    const seen = JSON.stringify(present);
    if (seen !== this.#seen) this.#changedAt = now;
    this.#seen = seen;
    if (present.length === 0) return { is: now - this.#since >= absentTime ? 'absent' : 'waiting' };
    const quiet = now - this.#changedAt;
    const [file] = present
      .filter(({ path }) => path === own)
      .concat([...present].sort((a, b) => b.modified - a.modified));
    if (file === undefined || quiet < quietTime.least) return { is: 'waiting' };
    if (quiet >= quietTime.most) return { is: 'complete', file, isSure: true };
    return present.length === 1 && file.path === own ? { is: 'complete', file, isSure: false } : { is: 'waiting' };
  }
}
