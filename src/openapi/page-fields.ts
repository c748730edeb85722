import type { JsonSchema } from '../system/schema.ts';
import { markup, phrase, type Html } from './html.ts';

/** Finds the schema that a reference names. */
export type Resolve = (schema: JsonSchema) => JsonSchema;

/** A field of a body, with those that it is in: `data[].channel`. */
interface Field {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly isOptional: boolean;
}

/** The fields of a body, those of lists and objects inside as well; none where it has no fields of its own. */
export function fieldList(schema: JsonSchema, resolve: Resolve): Html | undefined {
  const fields = fieldsOf(schema, '', resolve);
  if (fields.length === 0) return undefined;
  const items = fields.map(
    ({ name, type, description, isOptional }) =>
      markup`<dt><code>${name}</code> <span class="type">${type}${isOptional && ', may be absent'}</span></dt>
        <dd>${phrase(description)}</dd>`,
  );
  return markup`<dl>${items}</dl>`;
}

function fieldsOf(given: JsonSchema, prefix: string, resolve: Resolve): Field[] {
  const schema = insideNull(resolve(given));
  if (schema['type'] === 'array') return fieldsOf(schema['items'] as JsonSchema, `${prefix}[]`, resolve);
  const values = schema['additionalProperties'];
  if (typeof values === 'object') return fieldsOf(values as JsonSchema, `${prefix}.<name>`, resolve);
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>);
  const required = (schema['required'] ?? []) as readonly string[];
  return properties.flatMap(([key, field]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    const { description = '' } = resolve(field) as { readonly description?: string };
    const own = { name, type: typeOf(field, resolve), description, isOptional: !required.includes(key) };
    return [own, ...fieldsOf(field, name, resolve)];
  });
}

function insideNull(schema: JsonSchema): JsonSchema {
  const [first] = (schema['anyOf'] ?? []) as readonly JsonSchema[];
  return first ?? schema;
}

/** What a value is, in words. */
export function typeOf(given: JsonSchema, resolve: Resolve): string {
  const schema = resolve(given);
  if (schema['anyOf'] !== undefined) return `${typeOf(insideNull(schema), resolve)} or null`;
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((word) => JSON.stringify(word)).join(' or ');
  switch (schema['type']) {
    case 'string':
      return 'text';
    case 'integer':
      return 'whole number';
    case 'array': {
      const items = resolve(schema['items'] as JsonSchema);
      return items['type'] === 'object' ? 'list' : `list of ${typeOf(items, resolve)}`;
    }
    case undefined:
      return 'anything';
    default:
      return String(schema['type']);
  }
}
