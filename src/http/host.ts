import type { IncomingHttpHeaders } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import { hostname } from 'node:os';

/**
 * Whether a Host header (or the authority of an absolute-form target) names this box: an IP address, `localhost`, the
 * box's own name, or one of `names` (lower case). Any other may be a page's own name that its DNS has turned to the
 * box (DNS rebinding), by which the page would pass for the box's own.
 */
export function isOwnHost(host: string, names: readonly string[]): boolean {
  const name = hostOf(host);
  if (name === undefined) return false;
  return isIP(name) !== 0 || name === 'localhost' || name === hostname().toLowerCase() || names.includes(name);
}

/** The name in `host[:port]`, lower case, without brackets and final dot; `undefined` for anything else. */
function hostOf(host: string): string | undefined {
  const bracketed = /^\[([0-9a-f:.]+)\](?::\d{1,5})?$/i.exec(host)?.[1];
  if (bracketed !== undefined) return isIPv6(bracketed) ? bracketed : undefined;
  return /^([a-z0-9_.-]+?)\.?(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
}

/** Whether a page of this origin is the box's own, that is, was served under the name it now asks. */
export function isOwnOrigin(origin: string, host: string): boolean {
  return /^https?:\/\//i.test(origin) && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

/** Whether an address of a connection is this machine itself. */
export function isLoopback(remote: string): boolean {
  return /^(::ffff:)?127\./.test(remote) || remote === '::1';
}

/** Headers that proxies add. What they say is not believed; that they are there tells that somebody else asks. */
const forwarding = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/** Whether a proxy passed the request on: a proxy on the box makes everybody come from loopback. */
export function isForwarded(headers: IncomingHttpHeaders): boolean {
  return forwarding.some((name) => headers[name] !== undefined);
}

/** An address of a connection as senders are told apart: of IPv6 its network, since one may use all addresses of it. */
export function networkOf(remote: string): string {
  const address = remote.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
  if (!isIPv6(address)) return address;
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = new Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
