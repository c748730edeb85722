import type { RepeatedWarnings } from '../system/repeated-warnings.ts';
import type { ResumableTailParts } from './resumable-tail.ts';
import { ResumableTail } from './resumable-tail.ts';
import type { LogFile } from './log-file.ts';
import { look, rotatedOf } from './log-file.ts';
import type { GivenRow, SavedRows, KeyedRow } from './missed-rows.ts';
import { MissedRows } from './missed-rows.ts';
import type { LogRow } from './row.ts';
import { layoutOf, RowReader } from './row.ts';
import type { RowText } from './row-texts.ts';
import { RowTexts } from './row-texts.ts';
import type { RowTimes } from './row-times.ts';

/** Milliseconds between two times that the files that are not read are skipped to their ends. */
const skipInterval = 3_600_000;
/** Milliseconds by which a file may be older than another with the same rows and still count as in use. */
const inUseTime = 24 * 3_600_000;
/** Milliseconds by which a line may be older than the position that was lost and still count as new. */
export const doubtTime = 10 * 60_000;
/** Most calls whose first channel is remembered. */
const mostOrigins = 2_000;

interface SavedCdrLog extends SavedRows {
  /** What the rows told of their time zone. */
  readonly hints: number;
  /** The beginning of a row whose end was not read yet. */
  readonly pending?: string;
}

const nothing: SavedCdrLog = { waiting: [], recent: [], hints: 0 };

/** What a CdrLog is made of. */
export interface CdrLogParts extends Pick<ResumableTailParts<unknown>, 'checkpoints' | 'log' | 'clock' | 'saveFirst'> {
  /** Files with the same rows; one of them is read. */
  readonly paths: readonly string[];
  readonly times: RowTimes;
  /** Takes every row that is read, missed or not. */
  readonly onRead: (row: LogRow) => void;
  /** Takes a row that AMI did not tell; `origin`: the channel its call began with, `''` if unknown. */
  readonly onMissed: (missed: KeyedRow, origin: string) => void;
  readonly warnings: RepeatedWarnings;
}

/** Finds the call detail records in Asterisk's own file that AMI did not tell. */
export class CdrLog {
  readonly #parts: CdrLogParts;
  readonly #rows: MissedRows;
  readonly #reader: RowReader;
  readonly #texts = new RowTexts((fields) => layoutOf(fields) !== undefined);
  #file: ResumableTail<SavedCdrLog> | undefined;
  #others: ResumableTail<SavedCdrLog>[] = [];
  #skippedAt = -Infinity;
  #doubtful: number | undefined;
  /** The channel a call began with, by Linkedid, the oldest call first. */
  readonly #origins = new Map<string, string>();

  constructor(parts: CdrLogParts) {
    this.#parts = parts;
    this.#rows = new MissedRows();
    this.#reader = new RowReader(parts.times);
  }

  /** Whether there is a file to find rows in. */
  get isThere(): boolean {
    return this.#file !== undefined;
  }

  /** AMI told of a row. */
  gave(told: GivenRow): void {
    if (this.#file !== undefined) this.#rows.gave(told);
  }

  /** Chooses the file as soon as there is one. Rejects if its checkpoint cannot be read. */
  async open(): Promise<void> {
    if (this.#file !== undefined) return;
    const chosen = await this.#choose();
    const files = this.#parts.paths.map((path) => this.#follow(path));
    const file = files.find(({ path }) => path === chosen);
    await file?.open();
    this.#others = files.filter((other) => other !== file);
    // Skip the others now: a file that does not exist yet will be new from its beginning.
    for (const other of this.#others) if (!other.isKnown) await other.skip(nothing);
    this.#file = file;
  }

  /** Reads what is new; `isAll`: AMI will not tell any of it. `breathe` pauses, and says whether to go on. */
  async read(isAll: boolean, breathe: () => Promise<boolean>): Promise<void> {
    await this.#file?.read((lines, doubtful) => {
      if (doubtful !== this.#doubtful) {
        this.#rows.again();
        this.#texts.restore('');
      }
      this.#doubtful = doubtful;
      for (const line of lines) for (const text of this.#texts.take(line)) this.#take(text, doubtful);
      this.#tell(isAll);
      return breathe();
    });
    this.#tell(isAll);
    await this.#skipOthers();
  }

  save(atOnce = false): void {
    this.#file?.save(atOnce);
  }

  /** The first file in use: one may be missing since it was just rotated, another may have been left for years. */
  async #choose(): Promise<string | undefined> {
    const changed = await Promise.all(this.#parts.paths.map(async (path) => ({ path, at: await changedAt(path) })));
    const newest = Math.max(...changed.map(({ at }) => at));
    return changed.find(({ at }) => at > -Infinity && at >= newest - inUseTime)?.path;
  }

  /** Skips the other files, so that they do not tell the same again if they are read one day. */
  async #skipOthers(): Promise<void> {
    const now = this.#parts.clock.monotonic();
    if (this.#file === undefined || now - this.#skippedAt < skipInterval) return;
    this.#skippedAt = now;
    for (const other of this.#others) await other.skip(nothing);
  }

  #follow(path: string): ResumableTail<SavedCdrLog> {
    return new ResumableTail({
      ...this.#parts,
      path,
      save: (): SavedCdrLog => ({ ...this.#rows.saved, hints: this.#reader.hints, pending: this.#texts.pending }),
      restore: (all) => {
        const { hints, pending = '', ...kept } = all;
        this.#reader.restore(hints);
        this.#texts.restore(pending);
        const read = (line: string): LogRow | undefined => {
          const row = this.#reader.read(line);
          return typeof row === 'string' ? undefined : row;
        };
        this.#rows.restore(kept, read, this.#parts.clock.monotonic());
      },
    });
  }

  #take({ kind, text }: RowText, doubtful: number | undefined): void {
    const { warnings, clock, onRead } = this.#parts;
    const row = kind === 'torn' ? kind : this.#reader.read(text);
    switch (row) {
      case 'torn':
        warnings.onChange('torn', `a row of the call detail records is torn and passed over: ${text.slice(0, 200)}`);
        return;
      case 'anonymous':
        warnings.onChange(
          'anonymous',
          'the call detail records have no uniqueid (loguniqueid in cdr.conf): none is made up for',
        );
        return;
      default:
        if (doubtful !== undefined && row.span.to < doubtful - doubtTime) return;
        onRead(row);
        if (row.uniqueId === row.linkedid) this.#noteOrigin(row);
        this.#rows.found(row, text, clock.monotonic());
    }
  }

  #noteOrigin({ linkedid, channel }: LogRow): void {
    this.#origins.set(linkedid, channel);
    const [oldest] = this.#origins.keys();
    if (this.#origins.size > mostOrigins && oldest !== undefined) this.#origins.delete(oldest);
  }

  #tell(isAll: boolean): void {
    const { clock, log, onMissed, warnings } = this.#parts;
    for (const missed of this.#rows.due(clock.monotonic(), isAll)) {
      try {
        onMissed(missed, this.#origins.get(missed.row.linkedid) ?? '');
      } catch (cause) {
        // Our bug: it must not lose the other rows.
        log.error(`the row ${missed.key} cannot be told`, cause);
      }
    }
    if (this.#rows.isOtherZone) {
      warnings.onChange(
        'zone',
        'the call detail records have times of another zone than Asterisk (cdr_times in [asterisk])',
      );
    }
  }
}

/** When a log was last written to, ms epoch; -Infinity: never. */
async function changedAt(path: string): Promise<number> {
  const files: (LogFile | undefined)[] = [await look(path), ...(await rotatedOf(path))];
  return Math.max(-Infinity, ...files.map((file) => file?.changedAt ?? -Infinity));
}
