/** A text that depends on the number `n`, by the plural categories of CLDR; `other` is every number not named. */
export type Plural = { readonly other: string } & Readonly<
  Partial<Record<Exclude<Intl.LDMLPluralRule, 'other'>, string>>
>;
