import type { LabAmi } from './ami.ts';
import type { Tech } from './setup.ts';

/**
 * The requests of contract §4 that change something, as a scenario asks for them. `AmiOperator` does them on AMI
 * directly, the daemon's operator by HTTP: the same scenario runs with and without the daemon.
 */
export interface Operator {
  login(extension: string, queue: string): Promise<void>;
  logout(extension: string, queue: string): Promise<void>;
  pause(extension: string, queue: string, state: 'on' | 'off'): Promise<void>;
  clickNumber(src: string, dst: string): Promise<void>;
  hangUp(extension: string): Promise<void>;
  /** Hands the party that src talks to to dst. */
  transfer(src: string, dst: string): Promise<void>;
  /** src listens to dst's call. */
  spy(src: string, dst: string): Promise<void>;
}

/** Does the requests as the daemon does, on an AMI connection. */
export class AmiOperator implements Operator {
  readonly #ami: LabAmi;
  readonly #tech: Tech;

  constructor(ami: LabAmi, tech: Tech) {
    this.#ami = ami;
    this.#tech = tech;
  }

  async login(extension: string, queue: string): Promise<void> {
    await this.#ami.action('QueueAdd', { Queue: queue, Interface: this.#device(extension) });
  }

  async logout(extension: string, queue: string): Promise<void> {
    await this.#ami.action('QueueRemove', { Queue: queue, Interface: this.#device(extension) });
  }

  async pause(extension: string, queue: string, state: 'on' | 'off'): Promise<void> {
    const paused = state === 'on' ? 'true' : 'false';
    await this.#ami.action('QueuePause', { Queue: queue, Interface: this.#device(extension), Paused: paused });
  }

  async clickNumber(src: string, dst: string): Promise<void> {
    await this.#ami.action('Originate', {
      Channel: this.#device(src),
      Context: 'internal',
      Exten: dst,
      Priority: '1',
      Timeout: '4000',
      Async: 'true',
      Variable: `CONNECTEDLINE(num,i)=${dst}`,
    });
  }

  async hangUp(extension: string): Promise<void> {
    for (const { name } of await this.#channelsOf(extension)) await this.#ami.action('Hangup', { Channel: name });
  }

  async transfer(src: string, dst: string): Promise<void> {
    // The newest of its calls that is up: the one that is not on hold.
    const own = (await this.#channelsOf(src)).filter(({ bridge }) => bridge !== '').at(-1);
    const other = (await this.#channels()).find(({ bridge, name }) => bridge === own?.bridge && name !== own.name);
    if (other === undefined) throw new Error(`${src} talks to nobody`);
    await this.#ami.action('Redirect', { Channel: other.name, Context: 'internal', Exten: dst, Priority: '1' });
  }

  async spy(src: string, dst: string): Promise<void> {
    await this.#ami.action('Originate', {
      Channel: this.#device(src),
      Application: 'ChanSpy',
      Data: `${this.#device(dst)},q`,
      Timeout: '4000',
      Async: 'true',
    });
  }

  #device(extension: string): string {
    return `${this.#tech}/${extension}`;
  }

  async #channelsOf(extension: string): Promise<{ name: string; bridge: string }[]> {
    return (await this.#channels()).filter(({ name }) => name.startsWith(`${this.#device(extension)}-`));
  }

  async #channels(): Promise<{ name: string; bridge: string }[]> {
    const { items } = await this.#ami.action('CoreShowChannels');
    return items
      .map((item) => ({
        name: item['Channel'] ?? '',
        bridge: item['BridgeId'] ?? '',
        uniqueid: item['Uniqueid'] ?? '',
      }))
      .sort((a, b) => Number(a.uniqueid) - Number(b.uniqueid));
  }
}
