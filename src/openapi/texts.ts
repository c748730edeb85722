import { eventDocs } from '../events/formats/documented.ts';
import type { Route } from '../http/route.ts';
import type { DocumentName } from '../http/routes/documentation.ts';
import { openApiOf, type OpenApi } from './document.ts';
import { pageOf } from './page.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

/** What the documentation is of. */
export interface Documented {
  readonly routes: readonly Route[];
  readonly version: string;
}

/** One text of the documentation. */
export function textOf(name: DocumentName, { routes, version }: Documented): string {
  const document = (): OpenApi => openApiOf({ routes, events: eventDocs(), version });
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
