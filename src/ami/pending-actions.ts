import { AmiError } from './errors.ts';
import type { AmiMessage } from './message.ts';
import type { MessageView } from './message-view.ts';

/** The answer to a list action: `items` without the closing event, none if the response is an Error. */
export interface AmiList {
  readonly response: AmiMessage;
  readonly items: AmiMessage[];
}

interface PendingAction {
  readonly timer: NodeJS.Timeout;
  readonly reject: (error: AmiError) => void;
  /** Takes a message with this action's id; returns whether it was the last one. */
  readonly take: (message: MessageView) => boolean;
  /** Whether events with its id belong to it too. */
  readonly list: boolean;
}

/** Bytes of a list's items, enough for some 10,000 channels with all their fields. */
const longestList = 8 * 1024 * 1024;
/** How many lists that were given up are remembered, should Asterisk never end them. */
const mostAbandoned = 64;

/** The actions of one connection that wait for their answer, by ActionID. They resolve with copies. */
export class PendingActions {
  readonly #waiting = new Map<string, PendingAction>();
  readonly #abandoned = new Set<string>();
  #lists = 0;
  /** The list whose items Asterisk is sending. */
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

  /** Waits `deadline` ms for the response, whatever its word. */
  response(actionId: string, deadline: number): Promise<AmiMessage> {
    return new Promise((resolve, reject) => {
      this.#wait(actionId, deadline, reject, false, (message) => {
        resolve(message.copy());
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
        if (message.type === 'response') response = message.copy();
        else if (!isEnd(message)) items.push(message.copy());
        if (response === undefined) return false;
        if (response.name !== 'Error' && !isEnd(message)) return false;
        resolve({ response, items });
        return true;
      });
    });
  }

  /** Gives a message to the action that waits for it. False: no action does, and it goes its usual way. */
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
    // Asterisk sends a response that starts no list only after all lists that it began before.
    else if (message.type === 'response' || isEnd(message)) this.#begun = '';
  }

  #wait(
    id: string,
    deadline: number,
    reject: PendingAction['reject'],
    list: boolean,
    take: PendingAction['take'],
  ): void {
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
    // If its end never comes, events must not count as forged for ever.
    if (this.#begun === id) this.#begun = '';
    waiting.reject(new AmiError('timeout', `no answer from Asterisk within ${deadline} ms`));
  }

  /** Items of a list that was given up must not be taken for events of the same name. */
  #abandon(id: string): void {
    this.#abandoned.add(id);
    const [oldest] = this.#abandoned;
    if (this.#abandoned.size > mostAbandoned && oldest !== undefined) this.#abandoned.delete(oldest);
  }

  #remove(id: string, waiting: PendingAction): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    if (waiting.list) this.#lists--;
  }
}

function isEnd(message: MessageView): boolean {
  const word = message.get('EventList');
  return word === 'Complete' || word === 'cancelled';
}
