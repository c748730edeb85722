/** Direction of an audio stream as one side states it (RFC 3264 §5.1). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** An offer or answer of one PCMU stream with RFC 2833 keys. */
export function formatSdp(host: string, port: number, version: number, direction: Direction): string {
  return [
    'v=0',
    `o=- 1 ${version} IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 0 101`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-16',
    'a=ptime:20',
    `a=${direction}`,
    '',
  ].join('\r\n');
}

/** Where the other side receives and its direction; `undefined` when the body is no audio SDP. */
export function parseSdp(
  body: string,
): { readonly host: string; readonly port: number; readonly direction: Direction } | undefined {
  const host = /^c=IN IP4 (\S+)/m.exec(body)?.[1];
  const port = Number(/^m=audio (\d+)/m.exec(body)?.[1]);
  if (host === undefined || !(port > 0)) return undefined;
  const direction = /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(body)?.[1] as Direction | undefined;
  return { host, port, direction: direction ?? 'sendrecv' };
}

/** The direction that answers an offer (RFC 3264 §6.1). */
export function answerTo(offer: Direction): Direction {
  switch (offer) {
    case 'sendonly':
      return 'recvonly';
    case 'recvonly':
      return 'sendonly';
    case 'inactive':
    case 'sendrecv':
      return offer;
  }
}
