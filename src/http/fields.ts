import { HttpError } from './http-error.ts';
import type { Params, ParamValues } from './params.ts';

/** The fields of query and body, by name, each with all its values in order. */
export type RequestFields = ReadonlyMap<string, readonly unknown[]>;

/** A value of a form that begins with `+`: with the space that this stands for, or with a + that was not encoded. */
class AfterPlus {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Merges fields; a name in both has the values of both. */
export function mergeFields(one: RequestFields, other: RequestFields): RequestFields {
  if (one.size === 0) return other;
  const merged = new Map(one);
  for (const [name, values] of other) merged.set(name, [...(merged.get(name) ?? []), ...values]);
  return merged;
}

/**
 * The text of a query or of an `application/x-www-form-urlencoded` body (WHATWG URL §5.1, but strict).
 * @throws {HttpError} 400 when the percent-encoding is broken or not UTF-8
 */
export function parseForm(text: string): RequestFields {
  const fields = new Map<string, unknown[]>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    const values = fields.get(name) ?? [];
    values.push(at < 0 ? '' : valueOf(pair.slice(at + 1)));
    fields.set(name, values);
  }
  return fields;
}

function valueOf(coded: string): string | AfterPlus {
  const text = decode(coded);
  return coded.startsWith('+') && /^ +[^ +]/.test(text) ? new AfterPlus(text) : text;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new HttpError(400, 'bad percent-encoding', {}, { cause });
  }
}

/**
 * The text of a JSON body.
 * @throws {HttpError} 400 unless it is an object
 */
export function parseJson(text: string): RequestFields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HttpError(400, 'malformed JSON', {}, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpError(400, 'the JSON body must be an object');
  }
  return new Map(Object.entries(value).map(([name, field]) => [name, [field]]));
}

/**
 * The declared parameters, checked. Other fields are ignored, since old clients send extras.
 * @throws {HttpError} 400 that names the first parameter that is missing, given twice, or not allowed
 */
export function readParams<P extends Params>(params: P, fields: RequestFields): ParamValues<P> {
  const values: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(params)) {
    // Without its + it would be another number.
    if (param.isNumber === true && fields.get(name)?.[0] instanceof AfterPlus) {
      throw new HttpError(400, `parameter ${name} begins with a space: in a form, + is sent as %2B`);
    }
    const sent = param.isList === true ? listTexts(name, fields) : [];
    const text = param.isList === true ? sent.flatMap(namesIn).join(',') : singleText(name, fields);
    if (text === '') {
      if (param.required) throw new HttpError(400, `missing parameter: ${name}`);
      values[name] = undefined;
      continue;
    }
    const value = param.readAll === undefined ? param.read(text) : param.readAll(sent);
    if (value === undefined) {
      const why = param.why?.(text);
      throw new HttpError(400, `parameter ${name} must be ${param.allowed}${why === undefined ? '' : `: it ${why}`}`);
    }
    values[name] = value;
  }
  return values as ParamValues<P>;
}

function singleText(name: string, fields: RequestFields): string {
  const given = fields.get(name) ?? [];
  if (given.length > 1) throw new HttpError(400, `parameter ${name} is given ${given.length} times`);
  return asText(name, given[0]);
}

/** The values of a list, however they were sent; empty ones are left out. */
function listTexts(name: string, fields: RequestFields): string[] {
  const given = [...fields].flatMap(([key, values]) =>
    key === name || (key.startsWith(`${name}[`) && /^\[\d{0,4}\]$/.test(key.slice(name.length))) ? values : [],
  );
  return given
    .flatMap((value: unknown) => (Array.isArray(value) ? (value as unknown[]) : [value]))
    .map((value) => asText(name, value).trim())
    .filter((value) => value !== '');
}

/** The values that commas join. */
export function namesIn(joined: string): string[] {
  return joined
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** Absent is `''`; a number of JSON counts as its digits. */
function asText(name: string, value: unknown): string {
  if (value === undefined || typeof value === 'string') return value ?? '';
  if (value instanceof AfterPlus) return value.text;
  // Beyond 2^53 the digits that were sent are already lost.
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new HttpError(400, `parameter ${name} must be a string`);
}
