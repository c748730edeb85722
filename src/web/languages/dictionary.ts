import type { en } from './en.ts';
import type { Plural } from './plural.ts';

type English = typeof en;

/** The name of a text. */
export type Key = keyof English;

/** The texts of a language: as many as English has, no more. A text that is missing does not compile. */
export type Dictionary = { readonly [K in Key]: English[K] extends string ? string : Plural };

type Named<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never;
type NamesOf<T> = T extends { readonly other: infer S } ? Named<S> | 'n' : Named<T>;

/** What a text wants to be told: `{name}` in its English. */
export type Values<K extends Key> = Readonly<Record<NamesOf<English[K]>, string | number>>;

/** The arguments of `t` for a key. */
export type Arguments<K extends Key> = [NamesOf<English[K]>] extends [never] ? [] : [Values<K>];
