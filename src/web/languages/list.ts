import type { Dictionary } from './dictionary.ts';

/** A language: its name in itself, and its texts, which are loaded when it is chosen. */
export interface Language {
  readonly name: string;
  readonly load: () => Promise<Dictionary>;
}

/** The languages, by the codes that browsers send (BCP 47). A new one is a file like `en.ts`, and a line here. */
export const languages = {
  en: { name: 'English', load: async () => (await import('./en.ts')).en },
  zh: { name: '中文', load: async () => (await import('./zh.ts')).zh },
} as const satisfies Record<string, Language>;

/** The code of a language that the pages speak. */
export type LanguageCode = keyof typeof languages;
