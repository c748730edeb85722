import { randomBytes } from 'node:crypto';
import type { Caller, Line } from './call.ts';
import { Call } from './call.ts';
import { digestAnswer } from './digest.ts';
import { passwordOf } from './extensions.ts';
import type { Headers, SipRequest, SipResponse } from './sip-message.ts';
import { header, parameter } from './sip-message.ts';
import { Transactions } from './transaction.ts';
import { patience, within } from './within.ts';

/**
 * What a phone does with a call that comes: `ring` and wait to be told, `answer`, `ignore` it without any response,
 * or refuse it with a SIP status.
 */
export type Behaviour = 'ring' | 'answer' | 'ignore' | number;

/** Whether a call asks the phone to answer by itself, in the words of its headers that phones of most makers know. */
function asksForAnswer(invite: SipRequest): boolean {
  return (
    /;\s*answer-after=0\b/.test(header(invite, 'call-info')) ||
    /;\s*info=alert-autoanswer\b/.test(header(invite, 'alert-info'))
  );
}

/** Whose phone it is and where it registers. */
export interface PhoneOptions {
  readonly user: string;
  /** Default: the lab's password of that extension; `undefined` explicitly: none is sent. */
  readonly password?: string | undefined;
  /** Port of the Asterisk on 127.0.0.1. */
  readonly serverPort: number;
  /** Where the phone itself is; default 127.0.0.1 and any port. */
  readonly host?: string;
  readonly port?: number;
}

/** A SIP phone on UDP, as an agent has it on the desk; `start` opens its socket and does not register it. */
export class Phone implements Line {
  readonly name: string;
  readonly host: string;
  readonly server: string;
  readonly transactions: Transactions;
  readonly account: { readonly user: string; readonly password: string } | undefined;
  /** What it does with the next call that comes, by the number that was called. */
  behaviour: Behaviour | ((number: string) => Behaviour) = 'ring';
  /** Unplugged: whatever comes is lost (qualify fails, calls are not answered). */
  unplugged = false;
  /** OPTIONS that came (qualify). */
  optionsReceived = 0;
  /** Every call of this phone, in order. */
  readonly calls: Call[] = [];
  readonly #open = new Map<string, Call>();
  readonly #arrived: Call[] = [];
  readonly #waiting: ((call: Call) => void)[] = [];
  readonly #registration = { callId: randomBytes(8).toString('hex'), tag: randomBytes(4).toString('hex'), cseq: 0 };

  constructor(options: PhoneOptions) {
    const { user, serverPort, host = '127.0.0.1', port = 0 } = options;
    const password = 'password' in options ? options.password : passwordOf(user);
    this.name = user;
    this.host = host;
    this.server = `127.0.0.1:${serverPort}`;
    this.account = password === undefined ? undefined : { user, password };
    this.transactions = new Transactions({ host, port }, { host: '127.0.0.1', port: serverPort }, (request) => {
      if (!this.unplugged) this.#take(request);
    });
  }

  async start(): Promise<this> {
    await this.transactions.open();
    return this;
  }

  /** Hangs up what is left, without waiting, and closes the socket. */
  stop(): void {
    for (const call of this.#open.values()) call.finish({ by: 'us', status: 0, reason: 'the phone was stopped' });
    this.transactions.close();
  }

  /** Registers; fails unless Asterisk accepts it. */
  async register(seconds = 3600): Promise<void> {
    const status = await this.tryRegister(seconds);
    if (status !== 200) throw new Error(`${this.name}: REGISTER was answered ${status}`);
  }

  async unregister(): Promise<void> {
    await this.register(0);
  }

  /** Tries to register, with another password than its own when one is given; the final SIP status. */
  async tryRegister(seconds = 3600, password = this.account?.password ?? ''): Promise<number> {
    const uri = `sip:${this.server}`;
    const send = (credentials: Headers): Promise<SipResponse> => {
      const me = `<sip:${this.name}@${this.server}>`;
      const fields: Headers = [
        ['From', `${me};tag=${this.#registration.tag}`],
        ['To', me],
        ['Call-ID', this.#registration.callId],
        ['CSeq', `${++this.#registration.cseq} REGISTER`],
        ['Contact', `<sip:${this.name}@${this.host}:${this.transactions.port}>;expires=${seconds}`],
        ['Expires', String(seconds)],
        ...credentials,
      ];
      return this.transactions.request('REGISTER', uri, fields).final;
    };
    const challenge = await send([]);
    if (challenge.status !== 401) return challenge.status;
    const answer = digestAnswer(challenge, { method: 'REGISTER', uri }, { user: this.name, password });
    return (await send([answer])).status;
  }

  /** Sends OPTIONS, with credentials when they are asked for; the final SIP status. */
  async options(): Promise<number> {
    const uri = `sip:${this.server}`;
    const me = `<sip:${this.name}@${this.server}>`;
    const callId = randomBytes(8).toString('hex');
    const send = (cseq: number, credentials: Headers): Promise<SipResponse> => {
      const fields: Headers = [
        ['From', `${me};tag=${callId}`],
        ['To', me],
        ['Call-ID', callId],
        ['CSeq', `${cseq} OPTIONS`],
        ...credentials,
      ];
      return this.transactions.request('OPTIONS', uri, fields).final;
    };
    const response = await send(1, []);
    if (response.status !== 401 || this.account === undefined) return response.status;
    return (await send(2, [digestAnswer(response, { method: 'OPTIONS', uri }, this.account)])).status;
  }

  /** Dials a number; the call is on its way when this resolves. `from`: caller id other than the phone's own. */
  async call(number: string, from: Partial<Caller> = {}): Promise<Call> {
    const call = new Call(this, 'out');
    this.#add(call);
    await call.dial(number, { ...from, number: from.number ?? this.name, name: from.name ?? '' });
    return call;
  }

  /** The next call that came and was not taken yet. */
  async incoming(milliseconds = patience): Promise<Call> {
    const call = this.#arrived.shift();
    if (call !== undefined) return call;
    const { promise, resolve } = Promise.withResolvers<Call>();
    this.#waiting.push(resolve);
    try {
      return await within(milliseconds, () => `${this.name}: a call`, promise);
    } finally {
      const index = this.#waiting.indexOf(resolve);
      if (index >= 0) this.#waiting.splice(index, 1);
    }
  }

  forget(call: Call): void {
    this.#open.delete(call.callId);
  }

  #add(call: Call): void {
    this.calls.push(call);
    this.#open.set(call.callId, call);
  }

  #take(request: SipRequest): void {
    const call = this.#open.get(header(request, 'call-id'));
    if (call !== undefined) {
      call.take(request);
    } else if (request.method === 'INVITE' && parameter(header(request, 'to'), 'tag') === '') {
      this.#ringUp(request);
    } else if (request.method === 'OPTIONS' || request.method === 'NOTIFY') {
      if (request.method === 'OPTIONS') this.optionsReceived++;
      this.transactions.respond(request, 200, 'OK', randomBytes(4).toString('hex'));
    } else if (request.method !== 'ACK') {
      const status = 481;
      this.transactions.respond(request, status, 'Call Does Not Exist', randomBytes(4).toString('hex'));
    }
  }

  #ringUp(invite: SipRequest): void {
    const number = /^sip:([^@;]*)@/.exec(invite.uri)?.[1] ?? '';
    const behaviour = typeof this.behaviour === 'function' ? this.behaviour(number) : this.behaviour;
    if (behaviour === 'ignore') return;
    const call = new Call(this, 'in', header(invite, 'call-id'));
    this.#add(call);
    call.receive(invite);
    if (typeof behaviour === 'number') {
      call.reject(behaviour);
    } else {
      call.ring();
      if (behaviour === 'answer' || asksForAnswer(invite)) {
        call.answer().catch((cause: unknown) => {
          call.finish({ by: 'them', status: 0, reason: String(cause) });
        });
      }
    }
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#arrived.push(call);
    else waiting(call);
  }
}
