import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { accounts } from '../lab/conf.ts';

/** A state of an extension as Asterisk told it; `at`: `performance.now()`. */
export interface ToldState {
  readonly exten: string;
  readonly status: string;
  readonly at: number;
}

/** An AMI connection that notes when Asterisk tells of an extension's state, and sets the states of its devices. */
export class StateEar {
  /** In order of arrival. */
  readonly told: ToldState[] = [];
  readonly #socket: Socket;
  #rest = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      this.#take(data, performance.now());
    });
  }

  static async open(port: number): Promise<StateEar> {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay();
    await once(socket, 'connect');
    const ear = new StateEar(socket);
    const { username, secret } = accounts.lab;
    ear.#write('Action: Login', `Username: ${username}`, `Secret: ${secret}`, 'Events: call');
    return ear;
  }

  /** Sets the state of a device of Asterisk's own, `Custom:…`. */
  set(device: string, isInUse: boolean): void {
    const state = isInUse ? 'INUSE' : 'NOT_INUSE';
    this.#write('Action: Setvar', `Variable: DEVICE_STATE(${device})`, `Value: ${state}`);
  }

  stop(): void {
    this.#socket.destroy();
  }

  #write(...lines: string[]): void {
    this.#socket.write([...lines, '', ''].join('\r\n'));
  }

  #take(data: Buffer, at: number): void {
    const messages = (this.#rest + data.toString('latin1')).split('\r\n\r\n');
    this.#rest = messages.pop() ?? '';
    for (const message of messages) {
      if (!message.startsWith('Event: ExtensionStatus\r\n')) continue;
      const field = (name: string): string => new RegExp(`^${name}: (.*)\r?$`, 'm').exec(message)?.[1]?.trim() ?? '';
      this.told.push({ exten: field('Exten'), status: field('Status'), at });
    }
  }
}
