import { Validator } from '@cfworker/json-schema';
import type { JsonSchema } from '../../src/system/schema.ts';

/** What is wrong with a value, `''` if it is as the schema says. */
export function wrongWith(schema: JsonSchema, value: unknown): string {
  const { errors } = new Validator(schema, '2020-12', false).validate(value);
  return errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`).join('\n');
}
