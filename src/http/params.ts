import type { DialRules, ReadNumber } from '../control/number.ts';
import {
  callersNumber,
  dialledNumber,
  extensionNumber,
  longestBlocked,
  longestDialled,
  longestWritten,
} from '../control/number.ts';
import type { JsonSchema } from '../system/schema.ts';
import { HttpError } from './http-error.ts';

/** How one parameter of a route is checked; nothing else of a request reaches Asterisk. */
export interface Param<T> {
  /** The allowed values in words, for the error. */
  readonly allowed: string;
  /** The same as a regular expression, for documentation and tests. */
  readonly pattern: string;
  /** The same as a JSON Schema, where that says more than text of this pattern. */
  readonly schema?: JsonSchema;
  readonly required: boolean;
  /**
   * It may have several values: given repeatedly, as `name[]` or `name[0]`, as an array of JSON, or joined by commas. `read` gets them
   * joined by commas.
   */
  readonly isList?: boolean;
  /** In place of `read`, for a list whose values may hold commas: gets them as they were sent, none empty. */
  readonly readAll?: (values: readonly string[]) => T | undefined;
  /** `undefined`: not allowed. Never called with an empty text, which counts as absent. */
  read(text: string): T | undefined;
  /** A number: a form's `+` that begins it may have been meant as a `+`, or as a space. */
  readonly isNumber?: boolean;
  /** Why a text is not allowed, to be said after `it`; `undefined` where `allowed` says it all. */
  why?(text: string): string | undefined;
}

/** The parameters of a route, by their names in the request. */
export type Params = Readonly<Record<string, Param<unknown>>>;

/** What the handler gets: every declared parameter, checked; optional ones may be `undefined`. */
export type ParamValues<P extends Params> = {
  readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never;
};

/** What is allowed, as a JSON Schema. */
export function paramSchema({ schema, pattern }: Pick<Param<unknown>, 'schema' | 'pattern'>): JsonSchema {
  return schema ?? { type: 'string', pattern: `^(?:${pattern})$` };
}

/** Text that matches a pattern as a whole. */
export function text(pattern: string, allowed: string): Param<string> {
  const whole = new RegExp(`^(?:${pattern})$`);
  return { allowed, pattern, required: true, read: (value) => (whole.test(value) ? value : undefined) };
}

/** One of some words, exactly as written. */
export function oneOf<const T extends string>(...choices: readonly T[]): Param<T> {
  return {
    allowed: choices.join(' or '),
    pattern: choices.join('|'),
    schema: { type: 'string', enum: choices },
    required: true,
    read: (value) => choices.find((choice) => choice === value),
  };
}

/** A whole number of a range, both ends included. */
export function integer(low: number, high: number): Param<number> {
  return {
    allowed: `a whole number from ${low} to ${high}`,
    pattern: `[0-9]{1,${String(high).length}}`,
    schema: { type: 'integer', minimum: low, maximum: high },
    required: true,
    read: (value) => {
      const number = Number(value);
      return /^[0-9]+$/.test(value) && value.length <= String(high).length && number >= low && number <= high
        ? number
        : undefined;
    },
  };
}

/** The parameter, or `undefined` when it is absent or empty. */
export function optional<T>(param: Param<T>): Param<T | undefined> {
  return {
    // Not a copy: what `dst` allows changes with the configuration.
    get allowed() {
      return param.allowed;
    },
    get pattern() {
      return param.pattern;
    },
    ...(param.schema !== undefined && { schema: param.schema }),
    ...(param.isList === true ? { isList: true } : {}),
    ...(param.readAll === undefined ? {} : { readAll: param.readAll }),
    ...(param.isNumber === true ? { isNumber: true } : {}),
    required: false,
    read: (value) => param.read(value),
    why: (value) => param.why?.(value),
  };
}

/** 1 to `most` values, each as `one` has it; one that is given twice counts once. */
export function list<T>(one: Param<T>, most: number): Param<readonly [T, ...T[]]> {
  return {
    allowed: `1 to ${most} values, each of ${one.allowed}`,
    pattern: `(?:${one.pattern})(?:,(?:${one.pattern})){0,${most - 1}}`,
    schema: { type: 'array', items: paramSchema(one), minItems: 1, maxItems: most },
    required: true,
    isList: true,
    read: (joined) => {
      const texts = joined.split(',');
      const values = texts.length > most ? [] : [...new Set(texts.map((value) => one.read(value)))];
      const allowed = values.filter((value) => value !== undefined);
      const [first, ...others] = allowed;
      return first === undefined || allowed.length < values.length ? undefined : [first, ...others];
    },
  };
}

/**
 * A queue's name as Asterisk lists it: any text without control characters (contract §5.2). What it names is looked up in
 * that list before Asterisk is told of it.
 */
export const queue: Param<string> = {
  allowed: 'a name of 1 to 80 characters, none a control character',
  pattern: '[^\\x00-\\x1f\\x7f-\\x9f]{1,80}',
  required: true,
  read: (value) =>
    value.length <= 80 && value.isWellFormed() && !/\p{Cc}/u.test(value) && value.trim() === value ? value : undefined,
};

/** A text of which something is read, or told why not. */
function readAs(allowed: string, pattern: string, read: (text: string) => ReadNumber): Param<string> {
  return {
    allowed,
    pattern,
    required: true,
    read: (value) => {
      const told = read(value);
      return 'why' in told ? undefined : told.number;
    },
    why: (value) => {
      const told = read(value);
      return 'why' in told ? told.why : undefined;
    },
  };
}

/** A number of a telephone as people have it. */
function number(allowed: string, read: (text: string) => ReadNumber): Param<string> {
  const schema: JsonSchema = { type: 'string', minLength: 1, maxLength: longestWritten };
  return { ...readAs(allowed, `[\\s\\S]{1,${longestWritten}}`, read), schema, isNumber: true };
}

/** An extension, as `extension`, `member` or `src`. */
export const extension: Param<string> = readAs(
  '1 to 40 of 0-9 A-Z a-z _ . -',
  `[^,/\\x00-\\x1f\\x7f-\\x9f]{1,${longestWritten}}`,
  (text) =>
    /[,/\p{Cc}]/u.test(text) ? { why: 'holds a comma, a slash or a control character' } : extensionNumber(text),
);

const callers = `a number: 1 to ${longestBlocked} of 0-9 + * #, between them spaces and - . ( ) /`;

/** A number of the blacklist. With a `/` it would leave its family in the AstDB. */
export const blacklistNumber: Param<string> = number(callers, callersNumber);

/** The number that dst is shown (contract §5.2). */
export const callerId: Param<string> = number(
  `a number: 1 to ${longestDialled} of 0-9 and a leading +, between them spaces and - . ( ) /`,
  (text) => {
    const told = callersNumber(text, longestDialled);
    return 'number' in told && /[*#]/.test(told.number) ? { why: 'holds * or #' } : told;
  },
);

/** What a client wants back in the events of a call (contract §5.2). */
export const clientUserId: Param<string> = {
  allowed: '1 to 64 characters, none a control character',
  pattern: '[^\\x00-\\x1f\\x7f-\\x9f]{1,64}',
  required: true,
  read: (value) => (value.length <= 64 && value.isWellFormed() && !/\p{Cc}/u.test(value) ? value : undefined),
};

/** Pause on or off (contract §4.5). */
export const state: Param<'on' | 'off'> = oneOf('on', 'off');

/**
 * Why a member is paused, as Asterisk keeps it: in its database `;` and `|` part fields and members, and `wrap-up` is
 * after-call work (contract §1.2).
 */
export const pauseReason: Param<string> = {
  ...text('[^\\x00-\\x1f\\x7f-\\x9f;|]{1,64}', '1 to 64 characters, none a control character, ; or |, and not wrap-up'),
  read: (value) =>
    /^[^\p{Cc};|]{1,64}$/u.test(value) &&
    value.length <= 64 &&
    value.isWellFormed() &&
    value.toLowerCase() !== 'wrap-up' &&
    value.trim() === value
      ? value
      : undefined,
};

/** The id of a call: Asterisk's Linkedid of its first channel, or whatever an Originate asked for. */
export const callUuid: Param<string> = text('[!-~]{1,150}', 'the id of a call, as uuid of its events');

/** The Uniqueid of a channel, which an Originate may have chosen too. */
export const uniqueid: Param<string> = text('[!-~]{1,150}', 'the uniqueid of a channel, as the live stream has it');

/** What came of something. */
export const code: Param<string> = text(
  '[0-9A-Za-z][0-9A-Za-z_.-]{0,39}',
  '1 to 40 of 0-9 A-Z a-z _ . -, not beginning with _ . or -',
);

/** What somebody notes. */
export const note: Param<string> = {
  allowed: '1 to 500 characters, of control characters only line ends and tabs',
  pattern: '[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]{1,500}',
  required: true,
  read: (value) =>
    value.length <= 500 && value.isWellFormed() && !/(?![\t\n\r])\p{Cc}/u.test(value) ? value : undefined,
};

/**
 * Whether a code is one of those that api.conf has, if it has any.
 * @throws {HttpError} 400
 */
export function requireCode(param: string, given: string, known: ReadonlyMap<string, string>): void {
  if (known.size === 0 || known.has(given)) return;
  throw new HttpError(400, `parameter ${param} must be one of ${[...known.keys()].join(', ')}`);
}

/** Seconds of talk; 0: no limit (contract §4). */
export const limitSec: Param<number> = {
  ...integer(0, 86_400),
  allowed: 'a whole number from 1 to 86400, or 0 for no limit',
};

/** Seconds that src's phone rings. */
export const ringSec: Param<number> = integer(1, 120);

/**
 * A number to be dialled; with `*` and `#` only while `features()` (`[dialplan] dial_features`) says so, since feature
 * codes such as those of ChanSpy would be open to every caller of the API. `international()`: as in `DialRules`.
 */
export function dst(features: () => boolean, international: () => string): Param<string> {
  const rules = (): DialRules => ({ features: features(), international: international() });
  const current = (): Param<string> =>
    number(
      `a number: 1 to ${longestDialled} of 0-9 A-Z a-z${features() ? ' * #' : ''} and a leading +, ` +
        'among digits also spaces and - . ( ) /',
      (text) => dialledNumber(text, rules()),
    );
  return {
    get allowed() {
      return current().allowed;
    },
    get pattern() {
      return current().pattern;
    },
    schema: { type: 'string', minLength: 1, maxLength: longestWritten },
    required: true,
    isNumber: true,
    read: (value) => current().read(value),
    why: (value) => current().why?.(value),
  };
}
