import { AmiError } from './errors.ts';
import type { AmiMessage } from './message.ts';
import type { MessageView } from './view.ts';

/** What a list action brought: `items` without the closing event; none when the response is an Error. */
export interface AmiList {
  readonly response: AmiMessage;
  readonly items: AmiMessage[];
}

interface Waiting {
  readonly timer: NodeJS.Timeout;
  readonly reject: (error: AmiError) => void;
  /** Takes a message with this action's id; true: it was the last one. */
  readonly take: (message: MessageView) => boolean;
  /** Whether the action's events belong to it as well, not only its response. */
  readonly list: boolean;
}

/** Bytes of a list's items: some 10,000 channels, each with all its fields. */
const longestList = 8 * 1024 * 1024;
/** Lists given up of which items may still come; a bound for an Asterisk that never ends them. */
const mostAbandoned = 64;

/** The actions of one connection that wait for their answer, by ActionID. What they resolve with may be kept. */
export class Pending {
  readonly #waiting = new Map<string, Waiting>();
  readonly #abandoned = new Set<string>();
  #lists = 0;
  /** The list of which Asterisk has begun to send the items. */
  #begun = '';

  /** Whether items of a list are to be expected. */
  get expectsItems(): boolean {
    return this.#lists > 0 || this.#abandoned.size > 0;
  }

  /** Whether a list has begun and not ended. */
  get isWithinList(): boolean {
    return this.#begun !== '';
  }

  /** Whether an action with this id is under way. */
  has(actionId: string): boolean {
    return this.#waiting.has(actionId) || this.#abandoned.has(actionId);
  }

  /** Waits for the response, whatever its word; `deadline` in ms from now. */
  response(actionId: string, deadline: number): Promise<AmiMessage> {
    return new Promise((resolve, reject) => {
      this.#wait(actionId, deadline, reject, false, (message) => {
        resolve(message.keep());
        return true;
      });
    });
  }

  /** Waits for the response and, unless it is an Error, for the items up to `EventList: Complete`. */
  list(actionId: string, deadline: number): Promise<AmiList> {
    return new Promise((resolve, reject) => {
      const items: AmiMessage[] = [];
      let size = 0;
      let response: AmiMessage | undefined;
      this.#wait(actionId, deadline, reject, true, (message) => {
        size += message.size;
        if (size > longestList) {
          this.#abandon(actionId);
          reject(new AmiError('protocol', 'a list is over 8 MB long'));
          return true;
        }
        if (message.type === 'response') response = message.keep();
        else if (!isEnd(message)) items.push(message.keep());
        if (response === undefined) return false;
        if (response.name !== 'Error' && !isEnd(message)) return false;
        resolve({ response, items });
        return true;
      });
    });
  }

  /** Gives a message to the action that waits for it; false: it is nobody's and goes its usual way. */
  accept(message: MessageView): boolean {
    if (message.type === 'event' && !this.expectsItems) return false;
    const id = message.get('ActionID');
    if (id === '') return false;
    this.#follow(message, id);
    if (this.#abandoned.has(id)) {
      if (isEnd(message)) this.#abandoned.delete(id);
      return true;
    }
    const waiting = this.#waiting.get(id);
    if (waiting === undefined || (message.type === 'event' && !waiting.list)) return false;
    if (waiting.take(message)) this.#remove(id, waiting);
    return true;
  }

  /** Rejects all, at once. */
  rejectAll(error: AmiError): void {
    for (const [id, waiting] of this.#waiting) {
      this.#remove(id, waiting);
      waiting.reject(error);
    }
    this.#abandoned.clear();
  }

  #follow(message: MessageView, id: string): void {
    if (!this.has(id)) return;
    if (message.get('EventList') === 'start') this.#begun = id;
    // A response that is not the beginning of a list comes after all lists that were begun before it.
    else if (message.type === 'response' || isEnd(message)) this.#begun = '';
  }

  #wait(id: string, deadline: number, reject: Waiting['reject'], list: boolean, take: Waiting['take']): void {
    const timer = setTimeout(() => {
      this.#expire(id, deadline);
    }, deadline);
    this.#waiting.set(id, { timer, reject, take, list });
    if (list) this.#lists++;
  }

  #expire(id: string, deadline: number): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#remove(id, waiting);
    if (waiting.list) this.#abandon(id);
    waiting.reject(new AmiError('timeout', `no answer from Asterisk within ${deadline} ms`));
  }

  /** Items that come after the list was given up must not be taken for the events whose names they bear. */
  #abandon(id: string): void {
    this.#abandoned.add(id);
    const [oldest] = this.#abandoned;
    if (this.#abandoned.size > mostAbandoned && oldest !== undefined) this.#abandoned.delete(oldest);
  }

  #remove(id: string, waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    if (waiting.list) this.#lists--;
  }
}

function isEnd(message: MessageView): boolean {
  const word = message.get('EventList');
  return word === 'Complete' || word === 'cancelled';
}
