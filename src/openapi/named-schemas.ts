import type { JsonSchema } from '../system/schema.ts';

/** Schemas that have a name in `components`. */
export type Named = ReadonlyMap<JsonSchema, string>;

interface WithSchemas {
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** The document with each named schema in `components.schemas`, and a reference wherever it stood. */
export function withRefs<D extends WithSchemas>(document: D, named: Named): D {
  const schemas = Object.fromEntries([...named].map(([schema, name]) => [name, referring(schema, named, true)]));
  const rest = referring(document, named, false) as D;
  return { ...rest, components: { ...rest.components, schemas } };
}

function referring(value: unknown, named: Named, isTop: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => referring(item, named, false));
  if (typeof value !== 'object' || value === null) return value;
  const name = isTop ? undefined : named.get(value as JsonSchema);
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, referring(inner, named, false)]));
}
