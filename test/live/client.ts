import type { Reader } from '../../src/live/readers.ts';

/** What a client knows: by kind and key, each thing's value. */
export type Known = Record<string, Record<string, unknown>>;

/** An event as an EventSource hands it on. */
export interface Received {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** The events in a piece of a stream, by the rules of the HTML standard; comments and `retry` are left out. */
export function eventsIn(text: string): Received[] {
  return text.split('\n\n').flatMap((block) => {
    const fields = block
      .split('\n')
      .filter((line) => !line.startsWith(':'))
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
    const { id = '', event = '', data } = Object.fromEntries(fields) as Partial<Record<string, string>>;
    return data === undefined ? [] : [{ id, event, data: JSON.parse(data) as unknown }];
  });
}

/** A client as the documentation tells to write one. */
export class Client {
  known: Known | undefined;
  isUp = true;
  lastId = '';
  snapshots = 0;
  readonly pushes: unknown[] = [];
  /** Numbers of the pushes, and where the client was told everything anew between them. */
  readonly order: (number | 'anew')[] = [];
  readonly ids: string[] = [];

  /** `isWhole`: in place of the events that are lacking. */
  take({ id, event, data }: Received, isWhole = false): void {
    this.lastId = id;
    this.ids.push(id);
    switch (event) {
      case 'snapshot': {
        const { extension = {}, queue = {}, member = {}, caller = {}, call = {} } = data as Known;
        this.known = { extension, queue, member, caller, call };
        this.isUp = true;
        this.snapshots++;
        this.order.push('anew');
        break;
      }
      case 'link':
        this.isUp = (data as { up: boolean }).up;
        // While Asterisk is away, this is all that a new reader can be told.
        if (isWhole) this.order.push('anew');
        break;
      case 'extension':
      case 'queue':
      case 'member':
      case 'caller':
      case 'call': {
        const { key, value } = data as { key: string; value: unknown };
        const things = this.known?.[event];
        if (things === undefined) throw new Error(`${event} before a snapshot`);
        if (value !== null) things[key] = value;
        else if (key in things) Reflect.deleteProperty(things, key);
        else throw new Error(`${event} ${key} goes, and was not there`);
        break;
      }
      default:
        this.pushes.push(data);
        this.order.push((data as { number: number }).number);
    }
  }
}

/** A connection of a client that reads everything at once. */
export class Connection implements Reader {
  readonly client: Client;
  readonly isIdle = true;
  isDone = false;
  isForbidden = false;
  /** All that was written. */
  text = '';

  constructor(client = new Client()) {
    this.client = client;
  }

  send(bytes: Buffer, isWhole: boolean): void {
    const text = bytes.toString();
    this.text += text;
    for (const received of eventsIn(text)) this.client.take(received, isWhole);
  }

  isOver(): boolean {
    return this.isForbidden;
  }

  end(): void {
    this.isDone = true;
  }
}
