import type { AnyActionName, ListActionName } from '../../ami/actions.ts';
import type { Fields } from '../../ami/encode.ts';
import { AmiError } from '../../ami/errors.ts';
import type { AmiMessage } from '../../ami/message.ts';
import { Session } from '../../ami/session.ts';
import { usualTiming } from '../../ami/timing.ts';
import type { Config } from '../../config/config.ts';

/** Milliseconds; shorter than the daemon's, since a person waits. */
const timing = { ...usualTiming, connect: 5_000, login: 5_000, boot: 3_000, logoff: 2_000 };
const deadline = 5_000;
/** Lines of a section that are looked at. */
const mostLines = 10_000;

/** One connection to Asterisk, for questions only; it takes no events and tries nothing twice. */
export class Probe {
  readonly #session: Session;
  #actions = 0;

  private constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Connects. Rejects with AmiError: `unreachable`, `authentication`, `timeout` (also without the right to read
   * system).
   */
  static async connect({ host, port, username, secret }: Config['ami']): Promise<Probe> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    let actions = 0;
    const session = new Session({
      host,
      port,
      username,
      secret,
      timing,
      events: new Set(),
      variables: () => false,
      nextActionId: () => `check-own-${++actions}`,
      onEvent: () => undefined,
      onForged: () => undefined,
      onUnfiltered: () => undefined,
      onState: (state) => {
        if (state === 'up') resolve(undefined);
      },
      onEnd: reject,
    });
    session.start();
    await promise;
    return new Probe(session);
  }

  close(): Promise<void> {
    return this.#session.logoff();
  }

  /** The answer, whatever its word. Rejects with AmiError. */
  action(name: AnyActionName, fields: Fields = {}): Promise<AmiMessage> {
    return this.#session.action(name, this.#id(), fields, deadline);
  }

  /** The items of a list; none when it is refused. */
  async list(name: ListActionName): Promise<readonly AmiMessage[]> {
    return (await this.#session.list(name, this.#id(), {}, deadline)).items;
  }

  /** The value of a function or variable; `undefined` when it is not told. */
  async value(name: string): Promise<string | undefined> {
    const answer = await this.action('Getvar', { Variable: name });
    return answer.name === 'Success' ? answer.get('Value') : undefined;
  }

  /**
   * A section of one of Asterisk's own files, as Asterisk reads it with all its includes: key in lower case → the value
   * that counts. `undefined` when it is not told (no such file, or no right to write `system`).
   */
  async section(file: string, name: string): Promise<ReadonlyMap<string, string> | undefined> {
    let answer: AmiMessage;
    try {
      answer = await this.action('GetConfig', { Filename: file, Category: name });
    } catch (error) {
      // The name may hold what no line can; then there is no such section either.
      if (error instanceof AmiError && error.kind === 'refused-value') return undefined;
      throw error;
    }
    if (answer.name !== 'Success') return undefined;
    const values = new Map<string, string>();
    for (let at = 0; at < mostLines; at++) {
      const line = answer.get(`Line-000000-${String(at).padStart(6, '0')}`);
      if (line === '') break;
      const equals = line.indexOf('=');
      values.set(line.slice(0, equals).toLowerCase(), line.slice(equals + 1));
    }
    return values;
  }

  #id(): string {
    return `check-${++this.#actions}`;
  }
}

/** Whether Asterisk takes a value for yes (ast_true of main/utils.c). */
export function isTrue(value: string | undefined): boolean {
  return ['yes', 'true', 'y', 't', '1', 'on'].includes(value?.toLowerCase() ?? '');
}
