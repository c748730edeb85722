import type { LogSettings, LogWatchParts } from '../../src/backfill/log-watch.ts';
import { LogWatch } from '../../src/backfill/log-watch.ts';

interface LinkedWatchParts extends Omit<LogWatchParts, 'currentSince' | 'settings'> {
  readonly settings: Omit<LogSettings, 'monitorDir'> & Partial<Pick<LogSettings, 'monitorDir'>>;
}

/** A LogWatch that takes the connection to be there from `up` to `down`. Without a folder it finds no recordings. */
export class LinkedWatch extends LogWatch {
  readonly #link: { since: number | undefined };
  readonly #parts: LinkedWatchParts;

  constructor(parts: LinkedWatchParts) {
    const link: { since: number | undefined } = { since: undefined };
    super({
      ...parts,
      settings: { monitorDir: () => '/nowhere', ...parts.settings },
      currentSince: () => link.since,
    });
    this.#link = link;
    this.#parts = parts;
  }

  override up(): void {
    this.#link.since ??= this.#parts.clock.monotonic();
    super.up();
  }

  override down(): void {
    this.#link.since = undefined;
    super.down();
  }
}
