import { computed, effect, signal } from '@preact/signals';
import type { Arguments, Dictionary, Key } from '../languages/dictionary.ts';
import { languages, type LanguageCode } from '../languages/list.ts';
import type { Plural } from '../languages/plural.ts';
import { kept } from './kept.ts';

/** What was chosen; `''`: the browser's. */
export const chosenLanguage = kept('language');

/** What the address asks for, `?language=zh`: a screen on the wall has nobody who chooses. */
const asked = new URLSearchParams(location.search).get('language') ?? '';

/** The one that is spoken, or will be once its texts are there. */
export const language = computed<LanguageCode>(() => {
  const wanted = [chosenLanguage.value, asked, ...navigator.languages].map(
    (code) => code.toLowerCase().split('-')[0] ?? '',
  );
  return wanted.find(isKnown) ?? 'en';
});

/** The texts, and whose they are. */
const spoken = signal<{ readonly code: LanguageCode; readonly texts: Dictionary } | undefined>(undefined);
const rules = computed(() => new Intl.PluralRules(spoken.value?.code ?? 'en'));

/** The language of what is shown now. */
export const shownLanguage = computed<LanguageCode>(() => spoken.value?.code ?? language.value);

/** A text in the language of the page: `t('queue.waiting', { n: 3 })`. */
export function t<K extends Key>(key: K, ...[values]: Arguments<K>): string {
  const text: string | Plural | undefined = spoken.value?.texts[key];
  if (text === undefined) return '';
  return fill(typeof text === 'string' ? text : forms(text, values), values);
}

function forms(text: Plural, values: unknown): string {
  const { n = 0 } = (values ?? {}) as { readonly n?: number | string };
  return text[rules.value.select(Number(n))] ?? text.other;
}

function fill(text: string, values: unknown): string {
  if (values === undefined) return text;
  const known = values as Readonly<Record<string, string | number>>;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in known ? String(known[name]) : whole));
}

/** Loads the texts and follows what is chosen; resolves when the first ones are there. */
export function speak(): Promise<void> {
  return new Promise((resolve, reject) => {
    effect(() => {
      const code = language.value;
      languages[code].load().then((texts) => {
        // Another one may have been chosen meanwhile.
        if (language.peek() !== code) return;
        spoken.value = { code, texts };
        document.documentElement.lang = code;
        resolve();
      }, reject);
    });
  });
}

function isKnown(code: string): code is LanguageCode {
  return Object.hasOwn(languages, code);
}
