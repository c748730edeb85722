// Loaded before the daemon (`--import …?file=F`): the clock is off by the milliseconds that stand in F, read anew on SIGUSR2.
import { readFileSync } from 'node:fs';

const file = new URL(import.meta.url).searchParams.get('file') ?? '';
const RealDate = Date;
let offset = 0;

function read(): void {
  offset = Number(readFileSync(file, 'utf8'));
}

read();
process.on('SIGUSR2', read);

globalThis.Date = class extends RealDate {
  constructor(...values: readonly [] | readonly [number | string | Date] | readonly number[]) {
    if (values.length === 0) super(RealDate.now() + offset);
    else super(...(values as [number]));
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
} as DateConstructor;
