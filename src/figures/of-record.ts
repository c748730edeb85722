import type { CcCdrBody } from '../events/cc_cdr-body.ts';
import type { PushedEvent } from '../events/event.ts';
import type { FigureChange } from '../store/figures.ts';
import { figuresOfCall } from './of-call.ts';

/** What a record adds to the figures: only call-centre records do. `level`: as in `figuresOfCall`. */
export function figuresOfRecord(
  { body }: Pick<PushedEvent, 'body'>,
  level: (queue: string) => number,
): readonly FigureChange[] {
  return body.event === 'cc_cdr' ? figuresOfCall(body as unknown as CcCdrBody, level) : [];
}
