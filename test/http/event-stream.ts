import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { eventsIn, type Received } from '../live/client.ts';
import { within } from '../lab/within.ts';

/** Milliseconds in which what is on its way must have come. */
const patience = 30_000;

/** A client of the live stream on a connection of its own: it reads everything at once. */
export class EventStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body so far. */
  text = '';
  readonly events: Received[] = [];
  /** `ended`: in order, as HTTP has it; `cut`: in the middle. */
  state: 'open' | 'ended' | 'cut' = 'open';
  readonly #response: IncomingMessage;
  readonly #onEvent: (event: Received) => void;
  #rest = '';
  #changed = Promise.withResolvers<undefined>();

  private constructor(response: IncomingMessage, onEvent: (event: Received) => void) {
    this.#response = response;
    this.#onEvent = onEvent;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.#take(text);
    });
    response.on('close', () => {
      this.state = response.complete ? 'ended' : 'cut';
      this.#tell();
    });
    response.on('error', () => undefined);
  }

  /** Resolves when the head of the answer is there. */
  static async open(
    port: number,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    onEvent: (event: Received) => void = () => undefined,
  ): Promise<EventStream> {
    const asked = request({ port, host: '127.0.0.1', path, headers, agent: false });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    asked.on('error', () => undefined);
    return new EventStream(response, onEvent);
  }

  get last(): string {
    return this.events.at(-1)?.id ?? '';
  }

  /** The names of the events so far. */
  get names(): string[] {
    return this.events.map(({ event }) => event);
  }

  /** Resolves when this holds; it is asked whenever something has come. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const wait = async (): Promise<void> => {
      while (!holds()) await this.#changed.promise;
    };
    await within(patience, () => `${what}; so far ${this.names.join(' ')}, ${this.state}`, wait());
  }

  /** As an application does that closes its window. */
  close(): void {
    this.#response.destroy();
  }

  #take(text: string): void {
    this.text += text;
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const event of eventsIn(blocks.join('\n\n'))) {
      this.events.push(event);
      this.#onEvent(event);
    }
    this.#tell();
  }

  #tell(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }
}
