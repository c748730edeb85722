/** Header fields in the order in which they are sent, with their names as sent. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** A SIP message (RFC 3261 §7). */
export type SipMessage = SipRequest | SipResponse;

export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Compact header names (RFC 3261 §7.3.3). */
const long: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
  r: 'refer-to',
};

/** Reads one datagram; `undefined` when it is no SIP message (a keep-alive). */
export function parseSip(data: Buffer): SipMessage | undefined {
  const text = onOneLine(data.toString('utf8'));
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const body = text.slice(end + 4);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  const response = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(first);
  if (response !== null) {
    return { kind: 'response', status: Number(response[1]), reason: response[2] ?? '', headers, body };
  }
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(first);
  if (request === null) return undefined;
  return { kind: 'request', method: request[1] ?? '', uri: request[2] ?? '', headers, body };
}

/** Line ends within quotes, which Asterisk hands on as they came, are no line ends of the message. */
function onOneLine(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\[^])*"/g, (quoted) => quoted.replaceAll(/[\r\n]+/g, ' '));
}

/** The message as it goes on the wire; Content-Length is added. */
export function formatSip(message: SipMessage): Buffer {
  const first =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  const lines = message.headers.map(([name, value]) => `${name}: ${value}`);
  const length = `Content-Length: ${Buffer.byteLength(message.body)}`;
  return Buffer.from([first, ...lines, length, '', message.body].join('\r\n'));
}

/** Every value of a header, in order; the name without regard to case, compact names included. */
export function headers(message: SipMessage, name: string): string[] {
  const wanted = name.toLowerCase();
  return message.headers.flatMap(([key, value]) => {
    const lower = key.toLowerCase();
    return (long[lower] ?? lower) === wanted ? [value] : [];
  });
}

/** The first value of a header, `''` when there is none. */
export function header(message: SipMessage, name: string): string {
  return headers(message, name)[0] ?? '';
}

/** A parameter of a header's value (`tag`, `branch`), `''` when there is none. */
export function parameter(value: string, name: string): string {
  return new RegExp(`;\\s*${name}=([^;>,\\s]+)`, 'i').exec(value)?.[1] ?? '';
}

/** The URI of a From, To or Contact value. */
export function uriOf(value: string): string {
  return /<([^>]+)>/.exec(value)?.[1] ?? value.split(';')[0]?.trim() ?? '';
}

/** Number and name in a From, P-Asserted-Identity or Remote-Party-ID value. */
export function partyOf(value: string): { readonly number: string; readonly name: string } {
  const name = /^\s*"((?:[^"\\]|\\.)*)"/.exec(value)?.[1] ?? /^\s*([^"<]*?)\s*</.exec(value)?.[1] ?? '';
  return { number: /sips?:([^@;>]*)@/.exec(value)?.[1] ?? '', name };
}

/** The sequence number and the method of a message's CSeq. */
export function cseqOf(message: SipMessage): { readonly number: number; readonly method: string } {
  const [number = '0', method = ''] = header(message, 'cseq').split(/\s+/);
  return { number: Number(number), method };
}
