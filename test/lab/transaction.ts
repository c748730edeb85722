import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Headers, SipMessage, SipRequest, SipResponse } from './sip-message.ts';
import { cseqOf, formatSip, header, headers, parameter, parseSip } from './sip-message.ts';

/** Milliseconds: the first retransmission and its longest interval (RFC 3261 T1, T2), and when a request is given up. */
const t1 = 500;
const t2 = 4000;
const giveUp = 60_000;

/** A request on its way. */
export interface ClientTransaction {
  /** What a CANCEL of it must repeat. */
  readonly via: string;
  /** The final response; rejects when none comes. */
  readonly final: Promise<SipResponse>;
}

interface Pending {
  readonly onResponse: (response: SipResponse) => void;
  readonly stop: (cause: Error) => void;
}

/**
 * SIP transactions over one UDP socket (RFC 3261 §17): sends requests again until they are answered, answers
 * repeated requests with what was answered before, acknowledges refusals. Everything goes to one peer.
 */
export class Transactions {
  readonly host: string;
  /** Known after `open`. */
  port: number;
  readonly #peer: { readonly host: string; readonly port: number };
  readonly #onRequest: (request: SipRequest) => void;
  readonly #socket: Socket = createSocket('udp4');
  readonly #pending = new Map<string, Pending>();
  /** Last response to each request, by branch and method. */
  readonly #answered = new Map<string, Buffer>();
  readonly #seen = new Set<string>();
  #closed = false;

  constructor(
    local: { readonly host: string; readonly port: number },
    peer: { readonly host: string; readonly port: number },
    onRequest: (request: SipRequest) => void,
  ) {
    this.host = local.host;
    this.port = local.port;
    this.#peer = peer;
    this.#onRequest = onRequest;
  }

  async open(): Promise<void> {
    this.#socket.on('message', (data) => {
      const message = parseSip(data);
      if (message !== undefined) this.#receive(message);
    });
    this.#socket.bind(this.port, this.host);
    await once(this.#socket, 'listening');
    this.port = this.#socket.address().port;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const pending of this.#pending.values()) pending.stop(new Error('the phone was closed'));
    this.#socket.close();
  }

  /** Sends a request; Via and Max-Forwards are added. */
  request(
    method: string,
    uri: string,
    fields: Headers,
    body = '',
    onProvisional: (response: SipResponse) => void = () => undefined,
  ): ClientTransaction {
    const branch = `z9hG4bK${randomBytes(8).toString('hex')}`;
    const via = this.#via(branch);
    const all: Headers = [['Via', via], ['Max-Forwards', '70'], ...fields];
    const request: SipRequest = { kind: 'request', method, uri, headers: all, body };
    const data = formatSip(request);
    const { promise, resolve, reject } = Promise.withResolvers<SipResponse>();
    let delay = t1;
    let timer: NodeJS.Timeout | undefined;
    const deadline = setTimeout(() => {
      stop(new Error(`no answer to ${method} ${uri} within ${giveUp} ms`));
    }, giveUp);
    const again = (): void => {
      this.#send(data);
      delay = Math.min(delay * 2, t2);
      timer = setTimeout(again, delay);
    };
    const settle = (): void => {
      clearTimeout(timer);
      clearTimeout(deadline);
    };
    const stop = (cause: Error): void => {
      settle();
      this.#pending.delete(branch);
      reject(cause);
    };
    const onResponse = (response: SipResponse): void => {
      settle();
      if (response.status < 200) {
        onProvisional(response);
        return;
      }
      if (method === 'INVITE' && response.status >= 300) this.#acknowledge(request, response);
      // A final response to INVITE is repeated until its ACK arrives: the transaction stays to answer that.
      if (method !== 'INVITE') this.#pending.delete(branch);
      resolve(response);
    };
    this.#pending.set(branch, { onResponse, stop });
    timer = setTimeout(again, delay);
    this.#send(data);
    return { via, final: promise };
  }

  /** Sends the ACK of a 2xx, which is outside every transaction (RFC 3261 §13.2.2.4). */
  acknowledge(uri: string, fields: Headers): void {
    const via = this.#via(`z9hG4bK${randomBytes(8).toString('hex')}`);
    const all: Headers = [['Via', via], ['Max-Forwards', '70'], ...fields];
    this.#send(formatSip({ kind: 'request', method: 'ACK', uri, headers: all, body: '' }));
  }

  /** Sends the CANCEL of an INVITE, with the INVITE's own Via. */
  cancel(uri: string, via: string, fields: Headers): void {
    const all: Headers = [['Via', via], ['Max-Forwards', '70'], ...fields];
    this.#send(formatSip({ kind: 'request', method: 'CANCEL', uri, headers: all, body: '' }));
  }

  /** Answers a request; Via, Record-Route, From, To, Call-ID and CSeq are copied from it. */
  respond(request: SipRequest, status: number, reason: string, tag: string, fields: Headers = [], body = ''): void {
    const to = header(request, 'to');
    const copied: Headers = [
      ...headers(request, 'via').map((value) => ['Via', value] as const),
      ...headers(request, 'record-route').map((value) => ['Record-Route', value] as const),
      ['From', header(request, 'from')],
      ['To', parameter(to, 'tag') === '' ? `${to};tag=${tag}` : to],
      ['Call-ID', header(request, 'call-id')],
      ['CSeq', header(request, 'cseq')],
    ];
    const data = formatSip({ kind: 'response', status, reason, headers: [...copied, ...fields], body });
    this.#answered.set(idOf(request), data);
    this.#send(data);
  }

  /** Sends again what a request was answered with. */
  repeat(request: SipRequest): void {
    const answer = this.#answered.get(idOf(request));
    if (answer !== undefined) this.#send(answer);
  }

  #via(branch: string): string {
    return `SIP/2.0/UDP ${this.host}:${this.port};branch=${branch};rport`;
  }

  #send(data: Buffer): void {
    if (!this.#closed) this.#socket.send(data, this.#peer.port, this.#peer.host);
  }

  #receive(message: SipMessage): void {
    if (message.kind === 'response') {
      // The response to a CANCEL carries the INVITE's branch.
      if (cseqOf(message).method === 'CANCEL') return;
      this.#pending.get(parameter(header(message, 'via'), 'branch'))?.onResponse(message);
      return;
    }
    const id = idOf(message);
    if (message.method !== 'ACK' && this.#seen.has(id)) {
      const answer = this.#answered.get(id);
      if (answer !== undefined) this.#send(answer);
      return;
    }
    this.#seen.add(id);
    this.#onRequest(message);
  }

  #acknowledge(request: SipRequest, response: SipResponse): void {
    const copied = request.headers.filter(([name]) =>
      ['Via', 'Max-Forwards', 'From', 'Call-ID', 'Route'].includes(name),
    );
    const number = cseqOf(response).number;
    const all: Headers = [...copied, ['To', header(response, 'to')], ['CSeq', `${number} ACK`]];
    this.#send(formatSip({ kind: 'request', method: 'ACK', uri: request.uri, headers: all, body: '' }));
  }
}

function idOf(request: SipRequest): string {
  return `${parameter(header(request, 'via'), 'branch')} ${request.method}`;
}
