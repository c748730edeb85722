import type { AmiMessage } from './message.ts';

/** A message that owns its text and may be stored. `MessageView.copy` makes it, or a test from fields. */
export class MessageCopy implements AmiMessage {
  /** Names and values in turn, in the order of the wire. */
  readonly fields: readonly string[];

  constructor(fields: readonly string[]) {
    this.fields = fields;
  }

  copy(): this {
    return this;
  }

  get type(): 'event' | 'response' {
    return this.fields.some((text, at) => at % 2 === 0 && text === 'Event') ? 'event' : 'response';
  }

  get name(): string {
    return this.get(this.type === 'event' ? 'Event' : 'Response');
  }

  get(field: string): string {
    for (let at = 0; at < this.fields.length; at += 2) if (this.fields[at] === field) return this.fields[at + 1] ?? '';
    return '';
  }
}
