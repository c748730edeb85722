import { createRequire } from 'node:module';
import util from 'node:util';
import { AmiClient } from '../../src/ami/client.ts';
import { Decoder } from '../../src/ami/decoder.ts';
import type { AmiMessage } from '../../src/ami/message.ts';
import { MessageView } from '../../src/ami/message-view.ts';
import { presets } from '../../src/config/presets.ts';
import { Picture } from '../../src/picture/picture.ts';
import { chunkSize, greeting } from './stream.ts';

/** Reads the stream and tells the name of each event it reads that begins with `Bench`. */
export type Contender = (source: { port: number; bytes: Buffer }, mark: (name: string) => void) => void;

interface Emitter {
  on(event: string, listener: (message: Record<string, unknown>) => void): unknown;
}

const require = createRequire(import.meta.url);
const events: ReadonlySet<string> = new Set([...Picture.events, 'BenchBegin', 'BenchEnd']);
const settings = {
  extensions: new Map<string, string>(),
  ...presets.coocenter,
  internal: ['*'],
  trunks: ['PJSIP/trunk', 'SIP/trunk'],
  scoreVariable: '',
};
const wanting = new Picture(settings);
const variables = (name: string): boolean => wanting.wantsVariable(name);

/** A picture whose clock goes on by a millisecond per event, ticked once a second of it. */
function picture(): (message: AmiMessage) => void {
  const picture = new Picture(settings);
  let now = Date.now();
  return (message) => {
    picture.apply(message, ++now);
    if (now % 1000 === 0) picture.tick(now);
  };
}

/** Every field of a message, name and value. */
const readAll = (message: AmiMessage): void => {
  if (message instanceof MessageView) message.copy();
};

const decoding =
  (read: () => (message: AmiMessage) => void): Contender =>
  ({ bytes }, mark) => {
    const take = read();
    const decoder = new Decoder({
      events,
      variables,
      onGreeting: () => undefined,
      onForged: () => undefined,
      onMessage: take,
    });
    decoder.push(greeting);
    for (const name of ['BenchBegin', 'BenchEnd']) {
      for (let at = 0; at < bytes.length; at += chunkSize) decoder.push(bytes.subarray(at, at + chunkSize));
      mark(name);
    }
  };

const connected =
  (read: () => (message: AmiMessage) => void): Contender =>
  ({ port }, mark) => {
    const take = read();
    const silent = (): void => undefined;
    const client = new AmiClient({
      host: '127.0.0.1',
      port,
      username: 'bench',
      secret: 'bench',
      events,
      variables,
      log: { error: console.error, warning: console.error, info: silent, debug: silent },
      onEvent: (message) => {
        if (message.name.startsWith('Bench')) mark(message.name);
        else take(message);
      },
      onUp: silent,
      onDown: silent,
    });
    client.start();
  };

/** The library's own event of one message; its handler does nothing else than look for the marks. */
const marks = (emitter: Emitter, event: string, name: string, mark: (name: string) => void): void => {
  emitter.on(event, (message) => {
    const value = message[name];
    if (typeof value === 'string' && value.startsWith('Bench')) mark(value);
  });
};

export const contenders: Readonly<Record<string, Contender>> = {
  'decoder, all fields read': decoding(() => readAll),
  'decoder + picture': decoding(picture),
  'socket: client, all fields read': connected(() => readAll),
  'socket: client + picture': connected(picture),
  'socket: asterisk-manager': ({ port }, mark) => {
    const create = require('asterisk-manager') as (...args: unknown[]) => Emitter;
    const manager = create(port, '127.0.0.1', 'bench', 'bench', true);
    marks(manager, 'managerevent', 'event', mark);
  },
  'socket: yana': ({ port }, mark) => {
    // It calls a function that Node 23 removed; this is what that was.
    Object.assign(util, { isArray: Array.isArray });
    const Yana = require('yana') as new (options: object) => Emitter & { connect(): void };
    const ami = new Yana({ host: '127.0.0.1', port, login: 'bench', password: 'bench' });
    marks(ami, 'event', 'Event', mark);
    ami.connect();
  },
  'socket: ami-io': ({ port }, mark) => {
    const library = require('ami-io') as {
      createClient(options: object): Emitter & { connect(): void };
      SilentLogger: new () => object;
    };
    const logger = new library.SilentLogger();
    const client = library.createClient({ host: '127.0.0.1', port, login: 'bench', password: 'bench', logger });
    marks(client, 'event', 'event', mark);
    client.connect();
  },
};
