/** A JSON Schema (draft 2020-12) as a value. */
export type JsonSchema = Readonly<Record<string, unknown>>;

declare const valueType: unique symbol;
declare const mayBeAbsent: unique symbol;

/** A JSON Schema that knows the type of the values that it describes, so that the two are written once. */
export type Schema<T> = JsonSchema & { readonly [valueType]?: T };

/** A field that an object may lack. */
export type Optional<T> = Schema<T> & { readonly [mayBeAbsent]?: true; readonly optional: Schema<T> };

/** The type of the values of a schema, or of what a function that makes one describes. */
export type ValueOf<S> = S extends () => infer R
  ? ValueOf<R>
  : S extends { readonly [valueType]?: infer T }
    ? T
    : never;

type Fields = Readonly<Record<string, Schema<unknown>>>;

/** The type of an object with these fields. */
export type ObjectOf<F> = {
  readonly [K in keyof F as F[K] extends { readonly optional: unknown } ? never : K]: ValueOf<F[K]>;
} & { readonly [K in keyof F as F[K] extends { readonly optional: unknown } ? K : never]?: ValueOf<F[K]> };

/** A schema's keywords with what it describes in words, where that is said. */
function schema<T>(keywords: JsonSchema, description?: string): Schema<T> {
  return description === undefined ? keywords : { ...keywords, description };
}

/**
 * The schemas that this API needs, by what a value `is`: `is.object({ exten: is.text('the extension') })`. Objects allow
 * further fields, since new ones are added behind the old.
 */
export const is = {
  text: (description?: string, ...examples: readonly string[]): Schema<string> =>
    schema({ type: 'string', ...(examples.length > 0 && { examples }) }, description),

  /** Text of one pattern. */
  pattern: (pattern: string, description?: string): Schema<string> => schema({ type: 'string', pattern }, description),

  /** Exactly one of some words. */
  word: <const W extends string>(words: readonly W[], description?: string): Schema<W> =>
    schema(words.length === 1 ? { const: words[0] } : { type: 'string', enum: words }, description),

  integer: (description?: string): Schema<number> => schema({ type: 'integer' }, description),

  number: (description?: string): Schema<number> => schema({ type: 'number' }, description),

  boolean: (description?: string): Schema<boolean> => schema({ type: 'boolean' }, description),

  /** The value, or null. */
  nullable: <T>(inner: Schema<T>, description?: string): Schema<T | null> =>
    schema({ anyOf: [inner, { type: 'null' }] }, description),

  list: <T>(items: Schema<T>, description?: string): Schema<readonly T[]> =>
    schema({ type: 'array', items }, description),

  /** An object whose fields have names that nobody knows before. */
  mapOf: <T>(values: Schema<T>, description?: string): Schema<Readonly<Record<string, T>>> =>
    schema({ type: 'object', additionalProperties: values }, description),

  object: <const F extends Fields>(fields: F, description?: string): Schema<ObjectOf<F>> => {
    const required = Object.keys(fields).filter((name) => fields[name]?.['optional'] === undefined);
    const properties = Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, field['optional'] ?? field]),
    );
    return schema({ type: 'object', properties, ...(required.length > 0 && { required }) }, description);
  },

  /** A field of an object that may be absent. */
  optional: <T>(inner: Schema<T>): Optional<T> => ({ optional: inner }),
} as const;
