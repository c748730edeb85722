import { extname } from 'node:path';

/** Bytes of the beginning of a file that tell what it holds. */
export const headBytes = 256;

/** Bytes a second of files without a header, by the end of their names (formats/ of Asterisk). */
const rates: Readonly<Record<string, number>> = {
  ...{ '.ulaw': 8_000, '.ul': 8_000, '.mu': 8_000, '.pcm': 8_000, '.alaw': 8_000, '.al': 8_000, '.g722': 8_000 },
  ...{ '.gsm': 1_650, '.g729': 1_000, '.raw': 16_000, '.sln': 16_000, '.sln12': 24_000, '.sln16': 32_000 },
  ...{ '.sln24': 48_000, '.sln32': 64_000, '.sln44': 88_200, '.sln48': 96_000, '.sln96': 192_000, '.sln192': 384_000 },
};

/** What a file holds, as its name, size and beginning tell. */
export interface Sound {
  /** Nothing was recorded into it. */
  readonly isEmpty: boolean;
  /** Its header agrees with its size: whoever wrote it has closed it. `undefined`: it has no header that tells. */
  readonly isClosed: boolean | undefined;
  /** Length in milliseconds; `undefined`: unknown. */
  readonly ms: number | undefined;
}

/** Reads a sound file of Asterisk's. */
export function soundOf(name: string, size: number, head: Buffer): Sound {
  const wav = wavOf(head);
  if (wav !== undefined) {
    const { at, bytes, rate } = wav;
    const held = Math.max(0, size - at);
    // Asterisk writes the length when it closes the file, and pads it to an even one.
    const isClosed = bytes === held || bytes + 1 === held;
    const ms = rate > 0 ? ((isClosed ? bytes : held) * 1000) / rate : undefined;
    return { isEmpty: held === 0, isClosed, ms };
  }
  const rate = rates[extname(name).toLowerCase()];
  return { isEmpty: size === 0, isClosed: undefined, ms: rate === undefined ? undefined : (size * 1000) / rate };
}

/** Where the samples of a WAV file begin, how many bytes its header says there are, and bytes a second. */
function wavOf(head: Buffer): { readonly at: number; readonly bytes: number; readonly rate: number } | undefined {
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  let rate = 0;
  for (let at = 12; at + 8 <= head.length;) {
    const name = head.toString('latin1', at, at + 4);
    const bytes = head.readUInt32LE(at + 4);
    if (name === 'data') return { at: at + 8, bytes, rate };
    if (name === 'fmt ' && at + 20 <= head.length) rate = head.readUInt32LE(at + 16);
    at += 8 + bytes + (bytes % 2);
  }
  return undefined;
}
