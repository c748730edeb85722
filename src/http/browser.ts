import type { IncomingHttpHeaders } from 'node:http';
import { isAllowed } from './cors.ts';
import { isOwnOrigin } from './host.ts';

/** Pages that may act: those of `allowOrigin` (as in `corsHeaders`), and those served under the host that is asked. */
export interface OwnPages {
  readonly allowOrigin: string;
  /** The Host header. */
  readonly host: string;
}

/** Every browser names its engine; a client library that only borrows `Mozilla/` does not. */
const engine = /^Mozilla\/\d.*\b(?:AppleWebKit|Gecko|Trident|MSIE|Presto)\b/;

/**
 * If a browser sent this request for a page that may not act on this box: that page, in words for an error.
 * `undefined` for the box's own pages, allowed ones, browser extensions, and clients that are no browser.
 *
 * `Origin` names the page, but images and links do not send it; `Sec-Fetch-Site` tells as much, but is sent to HTTPS
 * and localhost only; `Referer` can be held back by the page. If none of the three is there and a page of another site
 * could have caused the request, it counts as such (Fetch standard §3.2; Fetch Metadata §2.3).
 */
export function foreignPage(method: string, headers: IncomingHttpHeaders, own: OwnPages): string | undefined {
  const { origin, referer } = headers;
  if (origin !== undefined) return isPage(origin) && !isOwn(origin, own) ? `pages of ${origin}` : undefined;
  const site = textOf(headers['sec-fetch-site']);
  if (site === 'same-origin' || site === 'none') return undefined;
  const from = referer === undefined ? undefined : originOf(referer);
  if (from !== undefined) return isOwn(from, own) ? undefined : `pages of ${from}`;
  if (site !== undefined || textOf(headers['sec-fetch-mode']) !== undefined) return 'pages of another site';
  return isSentUnasked(method, headers) ? 'pages that do not say whose they are' : undefined;
}

/** Whether the value of an Origin header is a page's. No page can pretend to be a browser extension. */
function isPage(origin: string): boolean {
  return origin === 'null' || /^https?:/i.test(origin);
}

function isOwn(origin: string, { allowOrigin, host }: OwnPages): boolean {
  return isAllowed(allowOrigin, origin) || isOwnOrigin(origin, host);
}

/**
 * Whether a browser sends this without a preflight: an image, a script, a link, a form. Native clients built on a
 * browser engine send POST too, but do not ask for a page in answer, as a form does.
 */
function isSentUnasked(method: string, headers: IncomingHttpHeaders): boolean {
  if (!engine.test(headers['user-agent'] ?? '') || headers['accept-language'] === undefined) return false;
  // These need a preflight, which pages of other origins do not pass.
  if (headers['x-requested-with'] !== undefined || method === 'DELETE') return false;
  return method !== 'POST' || /\btext\/html\b/i.test(headers.accept ?? '');
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'null';
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
