import type { JsonSchema } from '../system/schema.ts';
import type { OpenApi, Operations } from './document.ts';
import { markup, phrase, prose, type Html } from './html.ts';
import type { Resolve } from './page-fields.ts';
import { eventBlock, refusalBlock, requestBlock, type Shown } from './page-operation.ts';

/** The document as a page to read. It works without its script, which only searches. */
export function pageOf(document: OpenApi): string {
  const { info, tags, components } = document;
  const resolve: Resolve = (schema) => resolved(schema, components.schemas);
  const requests = shownOf(document.paths);
  const events = shownOf(document.webhooks);
  const groups = tags.map(({ name, description }) => ({
    name,
    description,
    id: idOf(name),
    requests: requests.filter(({ operation }) => operation.tags.includes(name)),
    events: events.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const menu = groups.map(
    ({ name, id, requests: own, events: pushed }) =>
      markup`<li>
        <a href="#${id}">${name}</a>
        <ul>
          ${[...own, ...pushed].map(menuLine)}
        </ul>
      </li> `,
  );
  const sections = groups.map(
    ({ name, description, id, requests: own, events: pushed }) =>
      markup`<section class="group" aria-labelledby="${id}">
        <h2 id="${id}">${name}</h2>
        ${prose(description)} ${own.map((one) => requestBlock(one, resolve))}
        ${pushed.map((one) => eventBlock(one, resolve))}
      </section> `,
  );
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${info.title} ${info.version}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/docs/page.css" />
        <script src="/docs/page.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">To the requests</a>
        <header>
          <h1>${info.title} <small>${info.version}</small></h1>
          <p class="search" hidden>
            <label for="search">Search <kbd>/</kbd></label>
            <input id="search" type="search" autocomplete="off" spellcheck="false" />
            <output for="search" aria-live="polite"></output>
          </p>
          <p><a href="/coocenter-api/openapi.json">openapi.json</a></p>
        </header>
        <nav aria-label="Requests and events">
          <ul>
            ${menu}
          </ul>
        </nav>
        <main id="main">
          ${prose(textOf(info['description']))} ${sections}
          <section aria-labelledby="refusals">
            <h2 id="refusals">What any request may be refused with</h2>
            ${refusalBlock(components.responses)}
          </section>
        </main>
      </body>
    </html> `.text;
}

function menuLine({ path, operation }: Shown): Html {
  const short = path.replace(/^\/coocenter-api\//, '');
  return markup`<li><a href="#${operation.operationId}">${phrase(short)}</a></li> `;
}

function shownOf(paths: Operations): Shown[] {
  return Object.entries(paths).flatMap(([path, operations]) => {
    const [first] = Object.values(operations);
    const methods = Object.keys(operations).map((method) => method.toUpperCase());
    return first === undefined ? [] : [{ path, methods, operation: first }];
  });
}

function resolved(schema: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const { $ref } = schema as { readonly $ref?: string };
  return $ref === undefined ? schema : (schemas[$ref.replace(/^.*\//, '')] ?? {});
}

function idOf(name: string): string {
  return `group-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
