import type { Access, AccessRow } from './access.ts';

/** Milliseconds without any sending after which a playback is over. */
export const pauseTime = 5 * 60_000;

/** Playbacks that are noted at once; beyond, the one that has been silent for longest is over. */
const most = 1_000;

interface Playback {
  row: AccessRow;
  /** Answers that are being sent. */
  open: number;
  /** When something was sent last, ms of the monotonic clock. */
  movedAt: number;
}

/** A moment by both clocks. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly monotonic: number;
}

/** Makes one playback of the many requests that a player sends: it asks for the same file again whenever somebody seeks. Pure. */
export class Playbacks {
  readonly #running = new Map<string, Playback>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** An answer begins. Returns the row as it is now, whether it is new, and the rows that are over for want of room. */
  begin(access: Access, at: Moment): { readonly row: AccessRow; readonly isNew: boolean; readonly over: AccessRow[] } {
    const key = keyOf(access);
    let running = this.#running.get(key);
    const isNew = running === undefined;
    if (running === undefined) {
      const row = { ...access, id: this.#newId(), from: at.now, to: at.now, bytes: 0, requests: 0 };
      running = { row, open: 0, movedAt: at.monotonic };
    }
    running.row = { ...running.row, to: at.now, requests: running.row.requests + 1 };
    running.open++;
    this.#moved(key, running, at.monotonic);
    return {
      row: running.row,
      isNew,
      over: this.#running.size > most ? this.#end([...this.#running.keys()].slice(0, 1)) : [],
    };
  }

  /** An answer is over. */
  sent({ id }: AccessRow, access: Access, bytes: number, at: Moment): void {
    const key = keyOf(access);
    const running = this.#running.get(key);
    if (running?.row.id !== id) return;
    running.row = { ...running.row, to: at.now, bytes: running.row.bytes + bytes };
    running.open--;
    this.#moved(key, running, at.monotonic);
  }

  /** Rows of the playbacks that are over; they are forgotten. */
  over(monotonic: number): AccessRow[] {
    return this.#end(
      [...this.#running].flatMap(([key, { open, movedAt }]) =>
        open === 0 && monotonic - movedAt >= pauseTime ? [key] : [],
      ),
    );
  }

  /** Ends all of them. */
  end(): AccessRow[] {
    return this.#end([...this.#running.keys()]);
  }

  /** The last one moved is the last of the map. */
  #moved(key: string, running: Playback, monotonic: number): void {
    running.movedAt = monotonic;
    this.#running.delete(key);
    this.#running.set(key, running);
  }

  #end(keys: readonly string[]): AccessRow[] {
    return keys.flatMap((key) => {
      const running = this.#running.get(key);
      this.#running.delete(key);
      return running?.row ?? [];
    });
  }
}

/** Whatever a client writes into a header makes no other playback. */
function keyOf({ name, role, means, remote, path }: Access): string {
  return JSON.stringify([name, role, means, remote, path]);
}
