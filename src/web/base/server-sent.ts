/** An event of a stream of server-sent events. */
export interface ServerSent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Takes a stream of server-sent events apart, in whatever pieces it comes (HTML standard, §9.2.6). */
export class ServerSentDecoder {
  readonly #decoder = new TextDecoder();
  readonly #onEvent: (event: ServerSent) => void;
  #rest = '';
  #id = '';
  #event = '';
  #data: string[] = [];

  constructor(onEvent: (event: ServerSent) => void) {
    this.#onEvent = onEvent;
  }

  write(bytes: Uint8Array): void {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  #line(line: string): void {
    if (line === '') {
      if (this.#data.length > 0) {
        this.#onEvent({ id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') });
      }
      this.#event = '';
      this.#data = [];
      return;
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'id') this.#id = value;
    else if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
  }
}
