import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import t from 'tap';
import { alertDoc } from '../../src/push/alert-body.ts';
import { pushedEvents } from '../../src/config/keys.ts';
import type { Operation } from '../../src/openapi/operations.ts';
import type { JsonSchema } from '../../src/system/schema.ts';
import { operationOf, responseOf, whole } from './checked.ts';
import { answerSamples, eventSamples, missingOf } from './contract-samples.ts';
import { made, routes } from './made.ts';
import { wrongWith } from './valid.ts';

const folder = dirname(createRequire(import.meta.url).resolve('@seriousme/openapi-schema-validator'));
const official = JSON.parse(readFileSync(join(folder, 'schemas/v3.1/schema.json'), 'utf8')) as JsonSchema;

const operations: readonly (readonly [name: string, operation: Operation])[] = [
  ...Object.entries(made.paths),
  ...Object.entries(made.webhooks),
].flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
);

type Samples = Readonly<Record<string, { readonly value: unknown }>>;
type Content = Readonly<Record<string, { readonly schema: unknown; readonly examples?: unknown }>>;

/** Schemas of a content with the samples of each. */
function samplesIn(content: Content = {}): { readonly schema: JsonSchema; readonly values: readonly unknown[] }[] {
  return Object.values(content).map(({ schema, examples }) => ({
    schema: schema as JsonSchema,
    values: Object.values((examples ?? {}) as Samples).map(({ value }) => value),
  }));
}

function answerValues(operation: Operation, status = 200): readonly unknown[] {
  return samplesIn(responseOf(operation, status)?.content).flatMap(({ values }) => values);
}

void t.test('the document is OpenAPI 3.1, by the schema of the OpenAPI Initiative', (t) => {
  t.equal(wrongWith(official, made), '');
  t.not(wrongWith(official, { ...made, paths: { ready: {} } }), '', 'a path without its slash is found');
  t.not(wrongWith(official, { ...made, info: {} }), '', 'and a title that is missing');
  t.end();
});

void t.test('the public validator finds nothing wrong, and would', async (t) => {
  const found = await new Validator().validate(structuredClone(made) as unknown as Record<string, unknown>);
  t.strictSame(found, { valid: true });
  const { paths, ...rest } = structuredClone(made);
  const wrong = { ...rest, paths: { ready: paths['/ready'] } };
  t.match(await new Validator().validate(wrong), { valid: false });
});

void t.test('every parameter says what it is for, and then what it may be like', (t) => {
  for (const { path, params, meanings } of routes) {
    t.strictSame(Object.keys(meanings).sort(), Object.keys(params).sort(), path);
  }
  const bodies = Object.entries(made.components.schemas).filter(([name]) => name.endsWith('Request'));
  const said = [
    ...operations.flatMap(([name, { parameters = [] }]) =>
      parameters.filter((one) => one.in === 'query').map((one) => [`${name}: ${one.name}`, one.description] as const),
    ),
    ...bodies.flatMap(([name, { properties = {} }]) =>
      Object.entries(properties as Readonly<Record<string, JsonSchema>>).map(
        ([field, { description }]) => [`${name}: ${field}`, String(description)] as const,
      ),
    ),
  ];
  t.ok(said.length > 60);
  for (const [name, text] of said) t.match(text, /^[A-Z`][^]{8,}\. Allowed: ./, name);
  t.end();
});

void t.test('the kinds of the stream are listed, those of all pushed events among them', (t) => {
  const { parameters = [] } = operationOf('GET', '/coocenter-api/stream')!;
  const kind = parameters.find(({ name }) => name === 'kind')?.schema as { items: { enum: string[] } };
  const things = ['extension', 'queue', 'member', 'caller', 'call', 'push'];
  const names = pushedEvents.filter((name) => name !== 'all');
  t.strictSame(kind.items.enum.toSorted(), [...things, ...names].sort());
  const hooks = Object.keys(made.webhooks).filter((name) => !name.includes('.') && name !== 'alert');
  t.strictSame(hooks.sort(), names.toSorted());
  t.end();
});

void t.test('the alert is a webhook, as docs/operations.md shows it', (t) => {
  const content = made.webhooks['alert']?.['post']?.requestBody?.content;
  t.strictSame(content?.['application/json']?.schema, { $ref: '#/components/schemas/alert' });
  const [sample] = samplesIn(content).flatMap(({ values }) => values);
  t.strictSame(sample, alertDoc().sample);
  const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
  const [, shown = ''] = /```json\n(\{\n {2}"event": "alert"[^]*?)```/.exec(page) ?? [];
  t.strictSame(JSON.parse(shown), sample);
  t.end();
});

void t.test('every route is in it, by every method, with its parameters', (t) => {
  const found = routes.flatMap(({ methods, path }) =>
    methods.map((method) => `${method} ${path.replace('*', '{path}')}`),
  );
  const told = operations.map(([name]) => name).filter((name) => name.includes(' /'));
  t.strictSame(told.toSorted(), found.toSorted());
  const ids = operations.map(([, { operationId }]) => operationId);
  t.equal(new Set(ids).size, ids.length, 'operationId is unique');
  for (const route of routes) {
    for (const method of route.methods) {
      const { parameters = [], requestBody } = operationOf(method, route.path.replace('*', '{path}'))!;
      const [form] = samplesIn(requestBody?.content);
      const { $ref = '' } = (form?.schema ?? {}) as { readonly $ref?: string };
      const body = made.components.schemas[$ref.replace('#/components/schemas/', '')];
      const names = Object.keys(body?.['properties'] ?? {});
      const inQuery = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
      t.strictSame([...inQuery, ...names], Object.keys(route.params), `${method} ${route.path}`);
      for (const [name, param] of Object.entries(route.params)) {
        const isRequired =
          parameters.find((one) => one.name === name)?.required ??
          ((body?.['required'] ?? []) as readonly string[]).includes(name);
        t.equal(isRequired, param.required, `${method} ${route.path}: ${name}`);
      }
    }
  }
  t.end();
});

void t.test('a route that answers in two forms has both, by their types', (t) => {
  const { content = {}, description } = responseOf(operationOf('GET', '/coocenter-api/statistics')!, 200) ?? {};
  t.strictSame(Object.keys(content), ['application/json', 'text/csv']);
  t.match(description, /^Statistics will follow\. The same rows as a table/);
  t.end();
});

void t.test('what must be sent has a sample, and every sample is as its schema says', (t) => {
  for (const [name, { parameters = [], requestBody, responses }] of operations) {
    for (const parameter of parameters) {
      if (parameter.example !== undefined) t.equal(wrongWith(parameter.schema, parameter.example), '', name);
      if (parameter.required && parameter.in === 'query') t.ok(parameter.example, `${name}: ${parameter.name}`);
    }
    const all = [
      ...samplesIn(requestBody?.content),
      ...Object.values(responses).flatMap((response) => ('$ref' in response ? [] : samplesIn(response.content))),
    ];
    for (const { schema, values } of all) {
      for (const value of values) t.equal(wrongWith(whole(schema), value), '', name);
    }
  }
  for (const [name, { properties = {}, required = [] }] of Object.entries(made.components.schemas)) {
    if (!name.endsWith('Request')) continue;
    for (const [field, schema] of Object.entries(properties as Readonly<Record<string, JsonSchema>>)) {
      const [sample] = (schema['examples'] ?? []) as readonly unknown[];
      if ((required as readonly string[]).includes(field)) t.ok(sample, `${name}: ${field}`);
      if (sample !== undefined) t.equal(wrongWith(schema, sample), '', `${name}: ${field}`);
    }
  }
  t.end();
});

void t.test('every reference leads somewhere', (t) => {
  const refs = new Set([...JSON.stringify(made).matchAll(/"\$ref":"#\/([^"]*)"/g)].map(([, ref = '']) => ref));
  t.ok(refs.size > 40);
  for (const ref of refs) {
    const target = ref.split('/').reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>>)[key], made);
    t.ok(target, ref);
  }
  t.end();
});

void t.test('it has the samples of the contract', (t) => {
  for (const [name, text] of answerSamples) {
    const [method = '', path = ''] = name.split(' ');
    const operation = operationOf(method, path);
    const values = operation === undefined ? [] : answerValues(operation);
    // The contract leaves the status of success out in one place.
    const wanted = text.startsWith('{"message"') ? text.replace('{', '{"status":"success",') : text;
    t.ok(
      values.some((value) => missingOf(wanted, value) === ''),
      name,
    );
  }
  for (const [name, text] of Object.entries(eventSamples)) {
    const values = samplesIn(made.webhooks[name]?.['post']?.requestBody?.content).flatMap(({ values: all }) => all);
    const names = Object.keys(JSON.parse(text) as object);
    t.ok(
      values.some(
        (value) =>
          Object.keys(value as object)
            .slice(0, names.length)
            .join() === names.join(),
      ),
      name,
    );
  }
  t.end();
});
