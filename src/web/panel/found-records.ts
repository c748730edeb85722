import { ask } from '../base/ask.ts';
import { personal } from '../base/personal.ts';
import { lineOf, type CallRecord, type Line } from './record.ts';

/** Digits that a number must have to be looked for in the records. */
const fewest = 3;
/** Milliseconds without a key after which it is asked. */
const delay = 200;

/** The newest records with the number that was typed last. */
export const foundRecords = personal<readonly Line[]>([]);

let timer: ReturnType<typeof setTimeout> | undefined;
let turn = 0;

/** Looks for the records of a number, or of a part of it, as it is typed. */
export function findRecords(typed: string): void {
  const number = typed.replace(/\D/g, '');
  const own = ++turn;
  clearTimeout(timer);
  if (number.length < fewest) {
    foundRecords.value = [];
    return;
  }
  timer = setTimeout(() => {
    void ask<{ readonly records: readonly CallRecord[] }>('GET', 'records/search', {
      number,
      event: 'cc_cdr',
      limit: 5,
    }).then((outcome) => {
      if (turn === own) foundRecords.value = outcome.ok ? outcome.data.records.map(lineOf) : [];
    });
  }, delay);
}

/** A record as one line. */
export function recordText({ start, from, to, queue }: Line): string {
  return [start, `${from} → ${to}`, queue].filter(Boolean).join(' · ');
}
