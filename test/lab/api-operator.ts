import type { Daemon } from './daemon.ts';
import type { Operator } from './operator.ts';

/** Does a scenario's requests through the daemon's HTTP API (contract §4.5–§4.11). */
export class ApiOperator implements Operator {
  readonly #daemon: Daemon;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  login(extension: string, queue: string): Promise<void> {
    return this.#post('queues/agent-login', { extension, queue });
  }

  logout(extension: string, queue: string): Promise<void> {
    return this.#post('queues/agent-logout', { extension, queue });
  }

  pause(member: string, queue: string, state: 'on' | 'off'): Promise<void> {
    return this.#post('queues/agent-pause', { queue, member, state });
  }

  clickNumber(src: string, dst: string): Promise<void> {
    return this.#post('extensions/click-number', { src, dst, ringSec: '4' });
  }

  hangUp(extension: string): Promise<void> {
    return this.#post('extensions/hangup', { extension });
  }

  transfer(src: string, dst: string): Promise<void> {
    return this.#post('extensions/transfer', { src, dst });
  }

  spy(src: string, dst: string): Promise<void> {
    return this.#post('extensions/extenSpy', { src, dst });
  }

  async #post(path: string, form: Readonly<Record<string, string>>): Promise<void> {
    const { status, text } = await this.#daemon.api('POST', path, form);
    if (status !== 200) throw new Error(`POST ${path} was answered ${status} ${text}`);
  }
}
