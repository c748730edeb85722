import { createHash, randomBytes } from 'node:crypto';
import type { SipResponse } from './sip-message.ts';
import { header } from './sip-message.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** The header that answers a 401 or 407 (RFC 3261 §22, RFC 2617 with `qop=auth`). */
export function digestAnswer(
  challenge: SipResponse,
  request: { readonly method: string; readonly uri: string },
  account: { readonly user: string; readonly password: string },
): [name: string, value: string] {
  const proxy = challenge.status === 407;
  const value = header(challenge, proxy ? 'proxy-authenticate' : 'www-authenticate');
  const field = (name: string): string => new RegExp(`\\b${name}="?([^",]*)"?`, 'i').exec(value)?.[1] ?? '';
  const { user, password } = account;
  const { method, uri } = request;
  const [realm, nonce, opaque] = [field('realm'), field('nonce'), field('opaque')];
  const ha1 = md5(`${user}:${realm}:${password}`);
  const ha2 = md5(`${method}:${uri}`);
  const parts = [`username="${user}"`, `realm="${realm}"`, `nonce="${nonce}"`, `uri="${uri}"`, 'algorithm=MD5'];
  if (field('qop').includes('auth')) {
    const cnonce = randomBytes(4).toString('hex');
    parts.push(`response="${md5(`${ha1}:${nonce}:00000001:${cnonce}:auth:${ha2}`)}"`);
    parts.push(`qop=auth, nc=00000001, cnonce="${cnonce}"`);
  } else {
    parts.push(`response="${md5(`${ha1}:${nonce}:${ha2}`)}"`);
  }
  if (opaque !== '') parts.push(`opaque="${opaque}"`);
  return [proxy ? 'Proxy-Authorization' : 'Authorization', `Digest ${parts.join(', ')}`];
}
