/** Markup. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Piece = Html | string | number | false | undefined | readonly Html[];

/** Markup with values in it: text is escaped, markup is not; `false` and `undefined` are nothing. */
export function markup(strings: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return new Html(strings.map((part, i) => part + (i < values.length ? markupOf(values[i]) : '')).join(''));
}

function markupOf(value: Piece): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escaped(String(value));
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** A sentence of the documentation: what stands between backticks is code, an empty line begins a paragraph. */
export function prose(text: string): Html {
  const paragraphs = text.split('\n\n').map((paragraph) => markup`<p>${phrase(paragraph)}</p>`);
  return markup`${paragraphs}`;
}

/** The same within a line. */
export function phrase(text: string): Html {
  const parts = text.split('`').map((part, i) => (i % 2 === 1 ? markup`<code>${part}</code>` : markup`${part}`));
  return markup`${parts}`;
}

/** JSON to be read. */
export function jsonBlock(value: unknown): Html {
  return markup`<pre tabindex="0"><code>${JSON.stringify(value, undefined, 2)}</code></pre>`;
}
