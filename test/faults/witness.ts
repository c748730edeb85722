import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { accounts } from '../lab/conf.ts';

/** What was seen of a call (of all channels of one Linkedid). Times are `performance.now()`. */
export interface Seen {
  readonly begun: number;
  /** Of the last that was heard of it. */
  last: number;
  /** The menus that it came to, in order. */
  readonly menus: string[];
  /** How often it was sent to a queue, refused or not. */
  queues: number;
}

/**
 * A second pair of eyes on Asterisk: which calls come to which menus and queues, over an AMI connection of its own that no
 * fault touches. Keeps no more than that, since it looks on for long.
 */
export class Witness {
  readonly calls = new Map<string, Seen>();
  readonly #callOf = new Map<string, string>();
  /** Channels by which somebody asked before an attended hand-over. */
  readonly #asked = new Set<string>();
  readonly #port: () => number;
  #socket: Socket | undefined;
  #rest = '';

  constructor(port: () => number) {
    this.#port = port;
  }

  /** Connects; again after Asterisk was started again. */
  async start(): Promise<void> {
    this.stop();
    const socket = connect(this.#port(), '127.0.0.1');
    // Asterisk is killed in some tests.
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    this.#socket = socket;
    this.#rest = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#read(text);
    });
    const { username, secret } = accounts.lab;
    socket.write(`Action: Login\r\nUsername: ${username}\r\nSecret: ${secret}\r\nEvents: call,dialplan\r\n\r\n`);
    // Its answer: nothing else is asked.
    await sleep(200);
  }

  stop(): void {
    this.#socket?.destroy();
  }

  /** The call of a channel, by its unique id; `undefined`: not seen. */
  callOf(uniqueid: string): string | undefined {
    return this.#callOf.get(uniqueid);
  }

  #read(text: string): void {
    const messages = (this.#rest + text).split('\r\n\r\n');
    this.#rest = messages.pop() ?? '';
    for (const message of messages) {
      const event = /^Event: (Newchannel|Newexten|Hangup|AttendedTransfer)\r$/m.exec(message)?.[1];
      if (event !== undefined) this.#take(event, message);
    }
  }

  #take(event: string, message: string): void {
    const field = (name: string): string => new RegExp(`^${name}: ?(.*?)\\r?$`, 'm').exec(message)?.[1] ?? '';
    const now = performance.now();
    if (event === 'AttendedTransfer') {
      this.#asked.add(field('SecondTransfererUniqueid'));
      const asked = this.calls.get(this.#callOf.get(field('SecondTransfererUniqueid')) ?? '');
      if (asked !== undefined) asked.queues = 0;
      return;
    }
    const [call, uniqueid] = [field('Linkedid'), field('Uniqueid')];
    // What it was first: a merge of two calls does not change it.
    if (!this.#callOf.has(uniqueid)) this.#callOf.set(uniqueid, call);
    const id = this.#callOf.get(uniqueid) ?? call;
    const seen = this.calls.get(id) ?? { begun: now, last: now, menus: [], queues: 0 };
    this.calls.set(id, seen);
    seen.last = now;
    // A channel by which somebody asked a colleague before an attended hand-over is said to be where the caller's was,
    // Queue() included: it does not go there.
    if (event !== 'Newexten' || this.#asked.has(uniqueid)) return;
    const menu = /^ivr-(.+)$/.exec(field('Context'))?.[1];
    // Tries after the first go to another step.
    if (menu !== undefined && field('Extension') === 's' && field('Priority') === '1') seen.menus.push(menu);
    if (field('Application') === 'Queue') seen.queues++;
  }
}
