import type { AmiMessage } from './message.ts';

/** A message that owns its text and may be stored; made by `MessageView.keep`, or of fields in tests. */
export class KeptMessage implements AmiMessage {
  /** Names and values in turn, in the order of the wire. */
  readonly #fields: readonly string[];

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  keep(): this {
    return this;
  }

  get type(): 'event' | 'response' {
    return this.#fields.some((text, at) => at % 2 === 0 && text === 'Event') ? 'event' : 'response';
  }

  get name(): string {
    return this.get(this.type === 'event' ? 'Event' : 'Response');
  }

  get(field: string): string {
    for (let at = 0; at < this.#fields.length; at += 2)
      if (this.#fields[at] === field) return this.#fields[at + 1] ?? '';
    return '';
  }

  all(field: string): string[] {
    return this.#fields.filter((_, at) => at % 2 === 1 && this.#fields[at - 1] === field);
  }
}
