import { createRequire } from 'node:module';
import type { EventEmitter } from 'node:events';
import { accounts } from '../lab/conf.ts';
import { eventually } from '../lab/within.ts';

type Fields = Readonly<Record<string, string>>;

/** As much of asterisk-manager as is used here; the package has no types. */
interface Manager extends EventEmitter {
  action(action: Fields, done: (error: unknown, answer: Fields) => void): void;
  disconnect(): void;
}

const AsteriskManager = createRequire(import.meta.url)('asterisk-manager') as new (
  port: number,
  host: string,
  username: string,
  password: string,
  events: boolean,
) => Manager;

/** An AMI client that others wrote (`asterisk-manager`): it sees whether the API did what it said. */
export class Witness {
  /** Events as the package gives them: names in lower case. */
  readonly events: Fields[] = [];
  readonly #manager: Manager;

  constructor(amiPort: number) {
    const { username, secret } = accounts.lab;
    this.#manager = new AsteriskManager(amiPort, '127.0.0.1', username, secret, true);
    this.#manager.on('managerevent', (event: Fields) => this.events.push(event));
  }

  async start(): Promise<this> {
    await this.ask({ action: 'ping' });
    return this;
  }

  stop(): void {
    this.#manager.disconnect();
  }

  ask(action: Fields): Promise<Fields> {
    return new Promise((resolve, reject) => {
      this.#manager.action(action, (error, answer) => {
        if (error) reject(new Error(JSON.stringify(error)));
        else resolve(answer);
      });
    });
  }

  /** The first event from index `from` on with this name and these values, past or to come. */
  async saw(event: string, fields: Fields = {}, from = 0): Promise<Fields> {
    const wanted = Object.entries({ ...fields, event });
    return eventually(`${event} ${JSON.stringify(fields)} seen by asterisk-manager`, () =>
      this.events.slice(from).find((seen) => wanted.every(([key, value]) => seen[key] === value)),
    );
  }
}
