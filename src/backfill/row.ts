import type { Row, RowSpan } from '../picture/model.ts';
import { spanOf } from '../picture/cdr-row.ts';
import { localTime } from '../system/local-time.ts';
import { firstLine } from '../system/control-characters.ts';
import { fieldsOf } from './csv.ts';
import { certain, gmtHint, gmtMoment, isTime } from './row-times.ts';
import type { RowTimes } from './row-times.ts';

/** A row of a file of call detail records, its times in the box's time zone. */
export interface LogRow extends Row {
  /** `''` if the file does not have it. */
  readonly linkedid: string;
  readonly span: RowSpan;
  /** As they are in the file, with the line ends that a caller sent: other logs may have them, too. */
  readonly raw: { readonly source: string; readonly destination: string };
}

type RowFields = Omit<LogRow, 'span' | 'raw'>;
type RowMoments = Pick<LogRow, 'startTime' | 'answerTime' | 'endTime' | 'span'>;

/**
 * Reads rows of a file of call detail records. It knows two layouts, told apart by where the times stand: the dialplan
 * kit's (cdr_custom-coocenter.conf: local times, with linkedid), and that of stock Asterisk's `Master.csv` (cdr_csv) with
 * `loguniqueid = yes`, which has linkedid only with `newcdrcolumns = yes`.
 */
export class RowReader {
  readonly #times: RowTimes;
  /** The sum of the hints so far: above 0, times are in GMT. */
  #hints = 0;

  constructor(times: RowTimes) {
    this.#times = times;
  }

  /** What was learned of the time zone, to be saved over a restart. */
  get hints(): number {
    return this.#hints;
  }

  restore(hints: number): void {
    this.#hints = hints;
  }

  /** The row of a text; `torn`: it is no row; `anonymous`: it has no Uniqueid, so its call is unknown. */
  read(text: string): LogRow | 'torn' | 'anonymous' {
    const fields = fieldsOf(text);
    const layout = typeof fields === 'string' ? undefined : layoutOf(fields);
    if (typeof fields === 'string' || layout === undefined) return 'torn';
    const at = (index: number): string => firstLine(fields[index] ?? '');
    if (at(16) === '') return 'anonymous';
    // These are the second and third field in both layouts.
    const [, source = '', destination = ''] = fields;
    const raw = { source, destination };
    if (layout === 'kit') return { ...withLocalTimes(kitRow(at)), raw };
    return { ...this.#local(masterRow(at, fields.length)), raw };
  }

  #local(row: RowFields): RowFields & RowMoments {
    if (!this.#isGmt(row)) return withLocalTimes(row);
    const convert = (text: string): string => (isTime(text) ? localTime(gmtMoment(text)) : text);
    return {
      ...row,
      startTime: convert(row.startTime),
      answerTime: convert(row.answerTime),
      endTime: convert(row.endTime),
      span: { from: gmtMoment(row.startTime), to: gmtMoment(row.endTime) },
    };
  }

  #isGmt({ uniqueId, startTime }: RowFields): boolean {
    if (this.#times !== 'auto') return this.#times === 'gmt';
    const sum = this.#hints + gmtHint(uniqueId, startTime);
    this.#hints = Math.min(certain, Math.max(-certain, sum));
    return this.#hints > 0;
  }
}

function withLocalTimes(row: RowFields): RowFields & RowMoments {
  return { ...row, span: spanOf(row) };
}

/** The layout of a row, if it is known. */
export function layoutOf(fields: readonly string[]): 'kit' | 'master' | undefined {
  const at = (index: number): string => fields[index] ?? '';
  const isEnd = (start: number): boolean =>
    isTime(at(start)) &&
    isTime(at(start + 2)) &&
    [at(start + 3), at(start + 4)].every((seconds) => /^\d+$/.test(seconds)) &&
    /^[A-Z ]+$/.test(at(start + 5));
  if (fields.length >= 20 && isEnd(8)) return 'kit';
  return fields.length >= 16 && isEnd(9) ? 'master' : undefined;
}

type At = (index: number) => string;

/** clid, src, dst, dcontext, channel, dstchannel, lastapp, lastdata, start, answer, end, duration, billsec, disposition, amaflags, accountcode, uniqueid, userfield, linkedid, sequence */
function kitRow(at: At): RowFields {
  return {
    callerId: at(0),
    source: at(1),
    destination: at(2),
    channel: at(4),
    destinationChannel: at(5),
    lastApplication: at(6),
    lastData: at(7),
    startTime: at(8),
    answerTime: at(9),
    endTime: at(10),
    duration: at(11),
    billableSeconds: at(12),
    disposition: at(13),
    uniqueId: at(16),
    linkedid: at(18),
  };
}

/** accountcode, src, dst, dcontext, clid, channel, dstchannel, lastapp, lastdata, start, answer, end, duration, billsec, disposition, amaflags, uniqueid[, userfield[, peeraccount, linkedid, sequence]] (cdr/cdr_csv.c) */
function masterRow(at: At, length: number): RowFields {
  return {
    callerId: at(4),
    source: at(1),
    destination: at(2),
    channel: at(5),
    destinationChannel: at(6),
    lastApplication: at(7),
    lastData: at(8),
    startTime: at(9),
    answerTime: at(10),
    endTime: at(11),
    duration: at(12),
    billableSeconds: at(13),
    disposition: at(14),
    uniqueId: at(16),
    linkedid: length >= 20 ? at(length - 2) : '',
  };
}
