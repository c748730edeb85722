import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import type { DocumentName, DocumentText } from '../http/routes/documentation.ts';
import type { Clock } from '../system/clock.ts';
import { Timer } from '../system/timer.ts';
import type { Route } from '../http/route.ts';
import { eventDocs } from '../events/formats/documented.ts';
import { openApiOf, type OpenApi } from './document.ts';
import { pageOf } from './page.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

/** Milliseconds for which a text is kept after it was made: readers come in bunches, and then for months not at all. */
const keptTime = 30_000;

/** What the documentation is of. */
export interface DocumentationOptions {
  readonly routes: readonly Route[];
  readonly version: string;
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
    const made = compressed(textOf(name, () => this.#document()));
    this.#kept.set(name, made);
    this.#timer.ensureIn(keptTime);
    return made;
  }

  stop(): void {
    this.#kept.clear();
    this.#timer.clear();
  }

  #document(): OpenApi {
    const { routes, version } = this.#options;
    return openApiOf({ routes, events: eventDocs(), version });
  }
}

function textOf(name: DocumentName, document: () => OpenApi): string {
  switch (name) {
    case 'openapi.json':
      return JSON.stringify(document());
    case 'page':
      return pageOf(document());
    case 'page.js':
      return pageScript;
    case 'page.css':
      return pageStyle;
  }
}

async function compressed(text: string): Promise<DocumentText> {
  const bytes = Buffer.from(text);
  // Loaded when it is needed: most boxes are never asked.
  const { gzip } = await import('node:zlib');
  return {
    bytes,
    gzip: await promisify(gzip)(bytes),
    etag: `W/"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`,
  };
}
