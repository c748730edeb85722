import { randomBytes } from 'node:crypto';
import { digestAnswer } from './digest.ts';
import { Rtp } from './rtp.ts';
import type { Direction } from './sdp.ts';
import { answerTo, formatSdp, parseSdp } from './sdp.ts';
import type { Headers, SipMessage, SipRequest, SipResponse } from './sip-message.ts';
import { cseqOf, header, headers, parameter, partyOf, uriOf } from './sip-message.ts';
import type { Transactions } from './transaction.ts';
import { patience, within } from './within.ts';

/** What a call needs of the phone it is on. */
export interface Line {
  /** Who speaks in error messages. */
  readonly name: string;
  readonly host: string;
  /** `host:port` of the server. */
  readonly server: string;
  readonly transactions: Transactions;
  readonly account: { readonly user: string; readonly password: string } | undefined;
  /** The call is over. */
  forget(call: Call): void;
}

/** `us`: this phone hung up, cancelled or refused. */
export type Side = 'us' | 'them';

/** How a call ended. */
export interface CallEnd {
  readonly by: Side;
  /** Final SIP status of the INVITE: 200 when the call was answered, else why not (486, 487, 603 …). */
  readonly status: number;
  /** The Reason or X-Asterisk-HangupCause header of the message that ended it, else the status's phrase. */
  readonly reason: string;
}

/** `answering`: our 200 is sent and not yet acknowledged. */
type State = 'calling' | 'ringing' | 'answering' | 'up' | 'ended';

const phrases: Readonly<Record<number, string>> = {
  302: 'Moved Temporarily',
  404: 'Not Found',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
  503: 'Service Unavailable',
  603: 'Decline',
};

/** Who a phone says that it is. */
export interface Caller {
  readonly number: string;
  /** Display name; line ends in it go on the wire as they are. */
  readonly name: string;
  /** Further headers of the INVITE: P-Asserted-Identity, Remote-Party-ID, Diversion. */
  readonly headers?: Headers;
}

const token = (): string => randomBytes(8).toString('hex');

/** One call of a phone, from its INVITE to its end. Waits are promises with a bound. */
export class Call {
  readonly direction: 'out' | 'in';
  readonly callId: string;
  state: State = 'calling';
  /** Who the phone shows as the other party: P-Asserted-Identity, Remote-Party-ID, else From. It may change in a call. */
  remoteNumber = '';
  remoteName = '';
  end: CallEnd | undefined;
  /** Direction of the audio as the other side last stated it: `sendonly` or `inactive` while it holds us. */
  remoteDirection: Direction = 'sendrecv';
  /** Keys that came as INFO; those of RFC 2833 are in `rtp`. */
  keysByInfo = '';
  /** Last status of a REFER that the other side told (`SIP/2.0 200 OK`). */
  referStatus = '';
  readonly rtp: Rtp;
  readonly #line: Line;
  readonly #localTag = token();
  readonly #provisional = Promise.withResolvers<undefined>();
  readonly #ringing = Promise.withResolvers<undefined>();
  readonly #answered = Promise.withResolvers<undefined>();
  readonly #ended = Promise.withResolvers<CallEnd>();
  /** The INVITE that came. */
  #invite: SipRequest | undefined;
  /** The INVITE that was sent: what its CANCEL repeats. */
  #sent: { readonly via: string; readonly uri: string; readonly fields: Headers } | undefined;
  #local = '';
  #remote = '';
  #target = '';
  #route: readonly string[] = [];
  #contact = '';
  #cseq = 100;
  #sdpVersion = 1;
  #cancelled = false;
  #resend: NodeJS.Timeout | undefined;

  constructor(line: Line, direction: 'out' | 'in', callId = `${token()}@${line.host}`) {
    this.#line = line;
    this.direction = direction;
    this.callId = callId;
    this.rtp = new Rtp(line.host);
    // Each is awaited by who needs it; a call that nobody waits for may fail all the same.
    for (const { promise } of [this.#provisional, this.#ringing, this.#answered]) promise.catch(() => undefined);
  }

  /** The dialog's tags as this phone sees them: what a Replaces header names. */
  get tags(): { readonly local: string; readonly remote: string } {
    return { local: this.#localTag, remote: parameter(this.#remote, 'tag') };
  }

  /** Resolves when the other phone rings; rejects when the call ends before. */
  async ringing(milliseconds = patience): Promise<void> {
    await within(milliseconds, () => `${this.#line.name}: ringing (${this.state})`, this.#ringing.promise);
  }

  /** Resolves when the two sides are connected; rejects when the call ends before. */
  async answered(milliseconds = patience): Promise<void> {
    await within(milliseconds, () => `${this.#line.name}: an answer (${this.state})`, this.#answered.promise);
  }

  /** Resolves, with how, when the call is over. */
  async ended(milliseconds = patience): Promise<CallEnd> {
    return within(milliseconds, () => `${this.#line.name}: the end of the call (${this.state})`, this.#ended.promise);
  }

  /** Sends the INVITE of an outgoing call, with the caller id of `from`. */
  async dial(number: string, from: Caller): Promise<void> {
    await this.rtp.open();
    const line = this.#line;
    const uri = `sip:${number}@${line.server}`;
    const name = from.name === '' ? '' : `"${from.name.replace(/["\\]/g, '\\$&')}" `;
    this.#local = `${name}<sip:${from.number}@${line.host}>;tag=${this.#localTag}`;
    this.#remote = `<${uri}>`;
    this.#contact = `<sip:${from.number}@${line.host}:${line.transactions.port}>`;
    this.#target = uri;
    this.remoteNumber = number;
    this.#runInvite(uri, from.headers ?? []).catch((cause: unknown) => {
      this.finish({ by: 'them', status: 0, reason: cause instanceof Error ? cause.message : String(cause) });
    });
  }

  /** A header of the INVITE that came; `''` if it has none. */
  inviteHeader(name: string): string {
    return this.#invite === undefined ? '' : header(this.#invite, name);
  }

  /** Takes the INVITE of an incoming call. */
  receive(invite: SipRequest): void {
    this.#invite = invite;
    const { number, name } = partyOf(header(invite, 'from'));
    this.remoteNumber = number;
    this.remoteName = name;
    this.#identify(invite);
    this.#local = `${header(invite, 'to')};tag=${this.#localTag}`;
    this.#remote = header(invite, 'from');
    this.#target = uriOf(header(invite, 'contact'));
    this.#route = headers(invite, 'record-route');
    const user = partyOf(`<${invite.uri}>`).number;
    this.#contact = `<sip:${user}@${this.#line.host}:${this.#line.transactions.port}>`;
    this.#respond(100, 'Trying');
  }

  /** Incoming: rings. */
  ring(): void {
    this.#respond(180, 'Ringing');
    this.#rings();
  }

  /** Incoming: answers; resolves when the other side has acknowledged it. */
  async answer(): Promise<void> {
    const invite = this.#invite;
    if (invite === undefined) throw new Error(`${this.#line.name}: only an incoming call can be answered`);
    await this.rtp.open();
    if (this.state === 'ended') throw new Error(`${this.#line.name}: the call ended before it was answered`);
    this.state = 'answering';
    this.#media(invite.body);
    this.#respond(200, 'OK', this.#sdp('sendrecv'));
    // A 200 is sent again until its ACK comes (RFC 3261 §13.3.1.4).
    this.#resend = setInterval(() => {
      this.#line.transactions.repeat(invite);
    }, 500);
    await this.answered();
  }

  /** Incoming: refuses (486 busy). */
  reject(status = 486): void {
    const reason = phrases[status] ?? 'Refused';
    this.#respond(status, reason);
    this.finish({ by: 'us', status, reason });
  }

  /** Incoming: sends the caller to another number (302). */
  redirect(number: string): void {
    this.#contact = `<sip:${number}@${this.#line.server}>`;
    this.reject(302);
  }

  /** Ends the call however far it is: CANCEL, refusal or BYE. Resolves when it is over. */
  async hangUp(): Promise<void> {
    if (this.state === 'ended') return;
    // Hanging up before the ACK of our answer would cross it.
    if (this.state === 'answering') await this.answered();
    if (this.state === 'up') {
      await this.#bye();
    } else if (this.direction === 'in') {
      this.reject();
    } else {
      this.#cancelled = true;
      // Nothing may be cancelled before a first response (RFC 3261 §9.1).
      await within(patience, () => `${this.#line.name}: a first response to INVITE`, this.#provisional.promise);
      if (this.#sent !== undefined) {
        this.#line.transactions.cancel(this.#sent.uri, this.#sent.via, this.#sent.fields);
      }
      await this.ended();
    }
  }

  /** Puts the other side on hold. */
  async hold(): Promise<void> {
    await this.#reinvite('sendonly');
  }

  async unhold(): Promise<void> {
    await this.#reinvite('sendrecv');
  }

  /** Presses keys in the audio stream (RFC 2833). */
  async press(keys: string): Promise<void> {
    await this.rtp.press(keys);
  }

  /** Presses one key by INFO (`application/dtmf-relay`). */
  async pressByInfo(key: string): Promise<void> {
    const type = [['Content-Type', 'application/dtmf-relay']] as const;
    this.#expect200('INFO', await this.#request('INFO', type, `Signal=${key}\r\nDuration=160\r\n`));
  }

  /** Hands the other side to a number (REFER, blind). */
  async refer(number: string): Promise<void> {
    await this.#refer(`<sip:${number}@${this.#line.server}>`);
  }

  /** Hands the other side to the other party of `consultation` (REFER with Replaces, attended). */
  async referTo(consultation: Call): Promise<void> {
    const { local, remote } = consultation.tags;
    const replaces = encodeURIComponent(`${consultation.callId};to-tag=${remote};from-tag=${local}`);
    await this.#refer(`<sip:${consultation.remoteNumber}@${this.#line.server}?Replaces=${replaces}>`);
  }

  /** A request of this call that came from the other side. */
  take(request: SipRequest): void {
    switch (request.method) {
      case 'ACK':
        clearInterval(this.#resend);
        if (this.direction === 'in' && this.state !== 'ended') this.#connects();
        break;
      case 'BYE':
        this.#reply(request, 200, 'OK');
        this.finish({ by: 'them', status: 200, reason: reasonOf(request) });
        break;
      case 'CANCEL':
        this.#reply(request, 200, 'OK');
        if (this.state !== 'calling' && this.state !== 'ringing') break;
        this.#respond(487, 'Request Terminated');
        this.finish({ by: 'them', status: 487, reason: reasonOf(request) });
        break;
      case 'INVITE':
      case 'UPDATE':
        this.#identify(request);
        this.#media(request.body);
        this.#reply(request, 200, 'OK', request.body === '' ? '' : this.#sdp(answerTo(this.remoteDirection)));
        break;
      case 'INFO':
        this.keysByInfo += /Signal=\s*(\S)/.exec(request.body)?.[1] ?? '';
        this.#reply(request, 200, 'OK');
        break;
      case 'NOTIFY':
        this.referStatus = request.body.trim();
        this.#reply(request, 200, 'OK');
        break;
      default:
        this.#reply(request, 501, 'Not Implemented');
    }
  }

  /** The call is over: settles every wait. */
  finish(end: CallEnd): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.end = end;
    clearInterval(this.#resend);
    this.rtp.close();
    this.#line.forget(this);
    const cause = new Error(`${this.#line.name}: the call ended, by ${end.by}, with ${end.status} ${end.reason}`);
    this.#provisional.reject(cause);
    this.#ringing.reject(cause);
    this.#answered.reject(cause);
    this.#ended.resolve(end);
  }

  async #runInvite(uri: string, own: Headers): Promise<void> {
    const send = async (extra: Headers): Promise<SipResponse> => {
      const number = ++this.#cseq;
      const fields = this.#fields(number, 'INVITE');
      const all: Headers = [
        ...fields,
        ['Contact', this.#contact],
        ...own,
        ['Content-Type', 'application/sdp'],
        ...extra,
      ];
      const { via, final } = this.#line.transactions.request('INVITE', uri, all, this.#sdp('sendrecv'), (response) => {
        this.#progress(response);
      });
      this.#sent = { via, uri, fields: this.#fields(number, 'CANCEL') };
      return final;
    };
    let response = await send([]);
    if ((response.status === 401 || response.status === 407) && this.#line.account !== undefined) {
      response = await send([digestAnswer(response, { method: 'INVITE', uri }, this.#line.account)]);
    }
    if (response.status >= 300) {
      const by = this.#cancelled ? 'us' : 'them';
      this.finish({ by, status: response.status, reason: reasonOf(response) || response.reason });
      return;
    }
    this.#remote = header(response, 'to');
    this.#target = uriOf(header(response, 'contact'));
    this.#route = headers(response, 'record-route').reverse();
    this.#line.transactions.acknowledge(this.#target, this.#fields(this.#cseq, 'ACK'));
    if (this.state === 'ended') return;
    this.#identify(response);
    this.#media(response.body);
    this.#connects();
    // The answer crossed our CANCEL.
    if (this.#cancelled) await this.#bye();
  }

  #progress(response: SipResponse): void {
    this.#provisional.resolve(undefined);
    if (response.status === 100) return;
    this.#identify(response);
    this.#media(response.body);
    this.#rings();
  }

  #rings(): void {
    if (this.state === 'calling') this.state = 'ringing';
    this.#ringing.resolve(undefined);
  }

  #connects(): void {
    this.state = 'up';
    this.#provisional.resolve(undefined);
    this.#ringing.resolve(undefined);
    this.#answered.resolve(undefined);
  }

  async #bye(): Promise<void> {
    const answer = this.#request('BYE', []);
    this.finish({ by: 'us', status: 200, reason: 'BYE' });
    // 481: the other side's BYE crossed ours.
    const { status } = await answer;
    if (status !== 200 && status !== 481) throw new Error(`${this.#line.name}: BYE was answered ${status}`);
  }

  async #reinvite(direction: Direction): Promise<void> {
    const fields: Headers = [
      ['Contact', this.#contact],
      ['Content-Type', 'application/sdp'],
    ];
    const response = await this.#request('INVITE', fields, this.#sdp(direction));
    this.#expect200('re-INVITE', response);
    this.#line.transactions.acknowledge(this.#target, this.#fields(cseqOf(response).number, 'ACK'));
  }

  async #refer(to: string): Promise<void> {
    const fields: Headers = [
      ['Refer-To', to],
      ['Referred-By', this.#contact],
      ['Contact', this.#contact],
    ];
    this.#expect200('REFER', await this.#request('REFER', fields));
  }

  /** A request within the dialog, sent again with credentials when they are asked for. */
  async #request(method: string, extra: Headers, body = ''): Promise<SipResponse> {
    const send = (credentials: Headers): Promise<SipResponse> => {
      const fields: Headers = [...this.#fields(++this.#cseq, method), ...extra, ...credentials];
      return this.#line.transactions.request(method, this.#target, fields, body).final;
    };
    const response = await send([]);
    const { account } = this.#line;
    if (account === undefined || (response.status !== 401 && response.status !== 407)) return response;
    return send([digestAnswer(response, { method, uri: this.#target }, account)]);
  }

  #expect200(what: string, response: SipResponse): void {
    if (response.status >= 300) throw new Error(`${this.#line.name}: ${what} was answered ${response.status}`);
  }

  #fields(cseq: number, method: string): Headers {
    return [
      ...this.#route.map((value) => ['Route', value] as const),
      ['From', this.#local],
      ['To', this.#remote],
      ['Call-ID', this.callId],
      ['CSeq', `${cseq} ${method}`],
    ];
  }

  #sdp(direction: Direction): string {
    return formatSdp(this.#line.host, this.rtp.port, this.#sdpVersion++, direction);
  }

  #media(body: string): void {
    const media = parseSdp(body);
    if (media === undefined) return;
    this.remoteDirection = media.direction;
    this.rtp.send(media.host, media.port);
  }

  #identify(message: SipMessage): void {
    const value = header(message, 'p-asserted-identity') || header(message, 'remote-party-id');
    if (value === '') return;
    const { number, name } = partyOf(value);
    this.remoteNumber = number;
    this.remoteName = name;
  }

  /** Answers the INVITE that this call came with. */
  #respond(status: number, reason: string, body = ''): void {
    if (this.#invite !== undefined) this.#reply(this.#invite, status, reason, body);
  }

  #reply(request: SipRequest, status: number, reason: string, body = ''): void {
    const type: Headers = body === '' ? [] : [['Content-Type', 'application/sdp']];
    this.#line.transactions.respond(
      request,
      status,
      reason,
      this.#localTag,
      [['Contact', this.#contact], ...type],
      body,
    );
  }
}

/** Why a message ends a call, as far as it says. */
function reasonOf(message: SipMessage): string {
  return header(message, 'reason') || header(message, 'x-asterisk-hangupcause');
}
