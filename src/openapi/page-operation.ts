import type { JsonSchema } from '../system/schema.ts';
import { markup, jsonBlock, phrase, prose, type Html } from './html.ts';
import type { Operation } from './operations.ts';
import { curlSample } from './page-curl.ts';
import { fieldList, typeOf, type Resolve } from './page-fields.ts';
import type { Response } from './refusals.ts';
import type { RequestBody } from './requests.ts';

/** A request or a pushed event as the page shows it: one path, whatever methods it has. */
export interface Shown {
  readonly path: string;
  readonly methods: readonly string[];
  readonly operation: Operation;
}

/** A request, folded. */
export function requestBlock({ path, methods, operation }: Shown, resolve: Resolve): Html {
  const [method = ''] = methods;
  const badges = methods.map((name) => markup`<span class="method">${name}</span> `);
  return markup`<details class="operation" id="${operation.operationId}">
    <summary>
      ${badges}<code class="path">${path}</code> <span class="about">${phrase(operation.summary)}</span>
    </summary>
    <div class="inside">
      ${prose(operation.description ?? '')} ${parameterList(operation, resolve)}
      <h4>Sample</h4>
      ${curlSample(method, path, operation, resolve)} ${answerList(operation, resolve)}
    </div>
  </details> `;
}

/** A pushed event, folded. */
export function eventBlock({ path, operation }: Shown, resolve: Resolve): Html {
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema, examples = {} }]) =>
      markup`<h4>Body, ${type}</h4>
        ${fieldList(schema, resolve)} ${samples(examples as Samples)}`,
  );
  return markup`<details class="operation" id="${operation.operationId}">
    <summary>
      <span class="method">push</span> <code class="path">${path}</code>
      <span class="about">${phrase(operation.summary)}</span>
    </summary>
    <div class="inside">${prose(operation.description ?? '')} ${bodies}</div>
  </details> `;
}

/** What any request may be refused with. */
export function refusalBlock(responses: Readonly<Record<string, Response>>): Html {
  const items = Object.values(responses).map(({ description }) => markup`<li>${phrase(description)}</li> `);
  return markup`<ul>
    ${items}
  </ul>`;
}

interface Row {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly allowed: string;
}

function parameterList({ parameters = [], requestBody }: Operation, resolve: Resolve): Html | undefined {
  const inBody = requestBody === undefined ? [] : bodyRows(requestBody, resolve);
  const others = parameters.map(({ name, required, schema, description }) => ({
    name,
    required,
    schema,
    allowed: description,
  }));
  const rows = [...others, ...inBody];
  if (rows.length === 0) return undefined;
  const items = rows.map(
    ({ name, required, schema, allowed }) =>
      markup`<dt>
          <code>${name}</code> <span class="type">${typeOf(schema, resolve)}${!required && ', optional'}</span>
        </dt>
        <dd>${phrase(allowed)}</dd>`,
  );
  return markup`<h4>Parameters${requestBody !== undefined && ', as a form or JSON'}</h4>
    <dl>${items}</dl>`;
}

function bodyRows({ content }: RequestBody, resolve: Resolve): Row[] {
  const [first] = Object.values(content);
  const schema = resolve(first?.schema ?? {});
  const required = (schema['required'] ?? []) as readonly string[];
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>);
  return properties.map(([name, field]) => ({
    name,
    required: required.includes(name),
    schema: field,
    allowed: (field['description'] ?? '') as string,
  }));
}

function answerList({ responses }: Operation, resolve: Resolve): Html {
  const own = Object.entries(responses).flatMap(([status, response]) =>
    '$ref' in response ? [] : [{ status, response }],
  );
  const shared = Object.entries(responses).flatMap(([status, response]) => ('$ref' in response ? [status] : []));
  const good = own
    .filter(({ status }) => Number(status) < 400)
    .map(({ status, response }) => answer(status, response, resolve));
  const refused = own
    .filter(({ status }) => Number(status) >= 400)
    .map(
      ({ status, response }) =>
        markup`<dt><span class="status">${status}</span></dt>
          <dd>${phrase(response.description)}</dd>`,
    );
  return markup`${good}
    <h4>Refusals</h4>
    <dl>
      ${refused}
      <dt><span class="status">${shared.join(', ')}</span></dt>
      <dd><a href="#refusals">as any request</a></dd>
    </dl>`;
}

function answer(status: string, { description, content = {} }: Response, resolve: Resolve): Html {
  const bodies = Object.entries(content).map(
    ([type, { schema, examples = {} }]) =>
      markup`${type !== 'application/json' && markup`<p>${type}</p>`} ${fieldList(schema as JsonSchema, resolve)}
      ${samples(examples as Samples)}`,
  );
  return markup`<h4>Answer <span class="status">${status}</span></h4>
    ${prose(description)} ${bodies}`;
}

type Samples = Readonly<Record<string, { readonly value: unknown }>>;

function samples(all: Samples): Html {
  const blocks = Object.values(all).map(({ value }) => jsonBlock(value));
  return markup`${blocks}`;
}
