import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import type { DocumentName, DocumentText } from '../http/routes/documentation.ts';
import type { Clock } from '../system/clock.ts';
import { Timer } from '../system/timer.ts';
import type { Documented } from './texts.ts';

/** Milliseconds for which a text is kept after it was made: readers come in bunches, and then for months not at all. */
const keptTime = 30_000;

/** What a Documentation is made of. */
export interface DocumentationOptions extends Documented {
  readonly clock: Clock;
}

/** The documentation as it is served: made when somebody asks, and not kept for long. */
export class Documentation {
  readonly #options: DocumentationOptions;
  readonly #kept = new Map<DocumentName, Promise<DocumentText>>();
  readonly #timer: Timer;

  constructor(options: DocumentationOptions) {
    this.#options = options;
    this.#timer = new Timer(options.clock, () => {
      this.#kept.clear();
    });
  }

  get(name: DocumentName): Promise<DocumentText> {
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const made = textOf(name, this.#options);
    this.#kept.set(name, made);
    this.#timer.ensureIn(keptTime);
    return made;
  }

  stop(): void {
    this.#kept.clear();
    this.#timer.clear();
  }
}

/** What makes it is loaded when it is needed: most boxes are never asked. */
async function textOf(name: DocumentName, documented: Documented): Promise<DocumentText> {
  const [texts, { gzip }] = await Promise.all([import('./texts.ts'), import('node:zlib')]);
  const bytes = Buffer.from(texts.textOf(name, documented));
  return {
    bytes,
    gzip: await promisify(gzip)(bytes),
    etag: `W/"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`,
  };
}
