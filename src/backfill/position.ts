import { hash } from 'node:crypto';

/** Bytes before a position by which it is found again. */
export const markLength = 256;

/** How far a log was read. It is found again by the bytes before it, since logs are renamed, copied and begun anew. */
export interface Position {
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  /** Hash of the bytes before it, up to 256. */
  readonly mark: string;
  /** When it was taken, ms epoch. */
  readonly at: number;
}

/** The mark of the bytes before a position. */
export function markOf(before: Buffer): string {
  return hash('sha256', before.subarray(-markLength), 'hex').slice(0, 16);
}

/** The beginning of a file. */
export function beginning(at: number): Position {
  return { offset: 0, mark: markOf(Buffer.alloc(0)), at };
}

/** Whether a value is a position. */
export function isPosition(value: unknown): value is Position {
  if (typeof value !== 'object' || value === null) return false;
  const { offset, mark, at } = value as Record<string, unknown>;
  return Number.isSafeInteger(offset) && Number(offset) >= 0 && typeof mark === 'string' && typeof at === 'number';
}
