import { batch } from '@preact/signals';
import { token } from './ask.ts';
import { backoff } from './backoff.ts';
import { boxTime, setClock } from './clock.ts';
import { forget, heardAt, link, tables, tellPushed, type Link, type Pushed } from './live.ts';
import { ServerSentDecoder, type ServerSent } from './server-sent.ts';
import { expire } from './session.ts';
import { takeTurns } from './turns.ts';

/** What a page wants of the stream: all that it may see, unless it says otherwise (docs/stream.md, parameters). */
export interface Wanted {
  readonly kind?: readonly string[];
  readonly queue?: readonly string[];
  readonly extension?: readonly string[];
}

/** Milliseconds without a word, heartbeats included, after which the connection counts as dead. */
const silence = 12_000;
/** Milliseconds between two looks at the silence. */
const lookEvery = 1_000;

/**
 * Keeps the tables of `live.ts` as the box has them, until it is stopped. Fetch reads the stream, and not an
 * EventSource: that shows no heartbeats, by which alone a dead connection is told from a quiet one, and can send no
 * header. Comes back by itself, by the id of the last event. Where a browser has many tabs, those that nobody sees rest.
 */
export class Stream {
  readonly #query: string;
  #lastId = '';
  /** What the box said last about Asterisk. */
  #told: Link | undefined;
  #tries = 0;
  #isOpen = false;
  #isStopped = false;
  #abort = new AbortController();
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #look: ReturnType<typeof setInterval>;
  readonly #giveUpTurn: () => void;

  constructor(wanted: Wanted = {}) {
    const query = new URLSearchParams();
    for (const [name, values] of Object.entries(wanted)) {
      for (const value of values as readonly string[]) query.append(name, value);
    }
    this.#query = query.toString();
    this.#look = setInterval(() => {
      if (this.#isOpen && Date.now() - heardAt.peek() > silence) this.#abort.abort();
    }, lookEvery);
    addEventListener('online', this.#hurry);
    document.addEventListener('visibilitychange', this.#hurry);
    this.#giveUpTurn = takeTurns({
      rest: () => {
        this.#rest();
      },
      wake: () => void this.#run(),
    });
    void this.#run();
  }

  /** For good. */
  stop(): void {
    this.#isStopped = true;
    this.#giveUpTurn();
    clearTimeout(this.#retry);
    clearInterval(this.#look);
    removeEventListener('online', this.#hurry);
    document.removeEventListener('visibilitychange', this.#hurry);
    this.#abort.abort();
    forget();
  }

  /** The machine woke up, the network is back, or somebody looks: not the time to wait. */
  readonly #hurry = (): void => {
    if (this.#retry === undefined || document.hidden) return;
    clearTimeout(this.#retry);
    void this.#run();
  };

  /** Until it is run again; what is known stays as it is. */
  #rest(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#isOpen = false;
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  async #run(): Promise<void> {
    this.#retry = undefined;
    const abort = (this.#abort = new AbortController());
    let refusal: string | undefined;
    try {
      refusal = await this.#read(token.peek());
    } catch {
      // It broke off, or the box is not there: both are told below.
    }
    // It rests, or was run again.
    if (this.#abort !== abort) return;
    this.#isOpen = false;
    if (this.#isStopped) return;
    const wait = backoff(++this.#tries, Math.random());
    link.value = awayWith(link.peek(), boxTime(), wait, refusal);
    this.#retry = setTimeout(() => void this.#run(), wait);
  }

  /** Reads until it ends; what the box says if it refuses. */
  async #read(used: string): Promise<string | undefined> {
    const response = await fetch(`/coocenter-api/stream?${this.#query}`, {
      headers: {
        ...(used === '' ? {} : { Authorization: `Bearer ${used}` }),
        ...(this.#lastId === '' ? {} : { 'Last-Event-ID': this.#lastId }),
      },
      cache: 'no-store',
      credentials: 'omit',
      signal: this.#abort.signal,
    });
    if (!response.ok || response.body === null) {
      if (response.status === 401) expire(used);
      return messageOf(await response.text());
    }
    this.#isOpen = true;
    this.#tries = 0;
    heardAt.value = Date.now();
    // Who comes back by an id is told what it missed, and nothing if it missed nothing.
    if (this.#told !== undefined) link.value = this.#told;
    const decoder = new ServerSentDecoder((event) => {
      this.#take(event);
    });
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      heardAt.value = Date.now();
      // One change of the page for all that came at once.
      batch(() => {
        decoder.write(value);
      });
    }
  }

  #take({ id, event, data }: ServerSent): void {
    this.#lastId = id;
    const body = JSON.parse(data) as Readonly<Record<string, unknown>>;
    if (event === 'snapshot') this.#snapshot(body);
    else if (event === 'link') {
      if (this.#told?.state !== 'asteriskAway') {
        this.#told = { state: 'asteriskAway', since: Math.floor(boxTime() / 1000) };
      }
      link.value = this.#told;
    } else if (event in tables) {
      const { key, value } = body as { readonly key: string; readonly value: never };
      tables[event as keyof typeof tables].set(key, value);
    } else tellPushed(body as Pushed);
  }

  #snapshot(body: Readonly<Record<string, unknown>>): void {
    setClock(Number(body['time']));
    for (const [kind, table] of Object.entries(tables)) {
      table.replace((body[kind] ?? {}) as Readonly<Record<string, never>>);
    }
    this.#told = { state: 'live' };
    link.value = this.#told;
  }
}

/** What is known once a connection has ended; the first moment of an absence stays. Milliseconds. */
function awayWith(known: Link, now: number, wait: number, refusal: string | undefined): Link {
  const since = known.state === 'boxAway' || known.state === 'refused' ? known.since : Math.floor(now / 1000);
  const retryAt = Math.ceil((now + wait) / 1000);
  return refusal === undefined
    ? { state: 'boxAway', since, retryAt }
    : { state: 'refused', since, retryAt, message: refusal };
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? message : '';
  } catch {
    // Of something between here and the box.
    return '';
  }
}
